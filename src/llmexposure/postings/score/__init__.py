"""Scoring of postings at any size: batch by batch, on all cores or on a Dask cluster.

`run` of :mod:`llmexposure.postings.score.run` does it all; `score_rows` of
:mod:`llmexposure.postings.score.scorer` is the pure function of one batch that every engine calls. The page
for researchers is ``docs/how-to/scoring.md``.
"""
