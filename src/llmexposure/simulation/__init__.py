"""Simulated postings with known coefficients: they show that the pipeline recovers them.

Nothing drawn here is a finding; every row and every file says ``simulated``.

>>> from llmexposure.simulation.levels import truth
>>> set(truth()["evidence"])
{'simulated'}
"""

EVIDENCE = "simulated"
