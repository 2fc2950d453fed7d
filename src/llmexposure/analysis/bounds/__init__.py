"""Notebook 09: what the figures that the report prints allow, and what would settle a sign."""
