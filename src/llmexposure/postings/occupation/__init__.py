"""Occupations coded from titles and texts, by terms that are published in ``data/taxonomy``.

Chinese postings go into the categories of the source report (`chinese`), English ones into SOC major groups
(`english`).
"""
