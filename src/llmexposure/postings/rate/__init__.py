"""Ratings of activities: the published ones, any CSV, or a language model as the rater.

>>> from llmexposure.postings.rate.summary import load_ratings
>>> len(load_ratings())
2087
"""
