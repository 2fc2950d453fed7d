"""Estimators and inference for few occupations. Pure functions of tables; formulas in each file."""
