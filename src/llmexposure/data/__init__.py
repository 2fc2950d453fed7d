"""Data: upstream files as tables, schemas of the committed ones, classifications."""
