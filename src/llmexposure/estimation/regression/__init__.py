"""Slopes of an outcome on exposure and their standard errors.

Start at `ols.cross_section`. `design` is the partialled-out regression that all share, `clusters` and `cr2`
are robust variances. `breaks` compares the changes before and after an event; `event_study`,
`trend_sensitivity` and `smooth_trends` follow units over time, `oriv` takes two noisy measures, `shift_share`
regressors of shares times shocks, `ppml` outcomes with zeros, `posting_level` postings. `correlation` and
`smooth` describe.
"""
