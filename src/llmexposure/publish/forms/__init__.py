"""The data editor's forms, written from the record."""
