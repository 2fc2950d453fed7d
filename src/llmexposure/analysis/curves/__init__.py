"""Sweeps of ``sweeps.toml``: crossed choices as one table, run as specification curves or notebooks."""
