"""Estimators and inference for few occupations: pure functions of tables, formulas in each file.

`regression` has slopes and their errors, `resampling` the bootstrap and permutation tests behind them,
`curve` many specifications at once, `bounds` what printed figures imply by themselves, `agreement` and
`proportion` raters and shares, and `montecarlo` which interval and test to believe.
"""
