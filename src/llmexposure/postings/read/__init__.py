"""Postings read from any address, row by row, with nothing lost and nothing interpreted.

From an address to files (`address`), from files to lines in their encoding (`lines`), from lines or
Parquet to batches of rows (`delimited`, `json_lines`, `parquet`), whose columns are told from their headings
(`column_map`). `batches.read_batches` does it all; what it gives is described in `raw`.
"""
