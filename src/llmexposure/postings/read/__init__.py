"""Postings read from any address, row by row, with nothing lost and nothing interpreted.

From an address to files (`address`), from files to lines in their encoding (`lines`), from lines, documents
or Parquet to batches of rows (`delimited` and its `layout`, `json_lines`, `json_values`, `parquet`), whose
columns are told from their headings (`column_map`) and whose ids fit the contract (`ids`).
`batches.read_batches` does it all; what it gives is described in `raw`.
"""
