"""What a data editor asks for: the forms, written from the record, and an archive that rebuilds."""
