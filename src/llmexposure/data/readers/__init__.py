"""Upstream files as typed, validated tables: one module a source, nothing fetched here.

Every reader takes the path of an upstream file and returns a tidy table with snake_case columns,
a key that is unique and never missing, and NaN where the publisher gives no value. A file that
breaks its contract raises one `DataError` that names the file, the line, the column and the value.
"""
