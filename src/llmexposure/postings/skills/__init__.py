"""AI skills that postings ask for: which roles count, which skills their texts name, how often."""
