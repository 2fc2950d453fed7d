"""Which weights of a composite index agree with the order that a document prints."""
