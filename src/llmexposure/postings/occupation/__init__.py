"""Occupation."""
