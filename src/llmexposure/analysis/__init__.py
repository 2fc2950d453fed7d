"""Outcomes built from panels: changes, shares and indices that move with shares."""
