"""Specification curves: the crossed choices of ``sweeps.toml``, estimated, recorded and drawn."""
