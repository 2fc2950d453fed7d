"""Notebook 07: is there a break at the release, what else moved then, and how much trend would it take?"""
