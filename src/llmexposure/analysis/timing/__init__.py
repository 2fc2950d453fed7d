"""Notebook 07: breaks at the release, what else moved then, and how much trend it would take."""
