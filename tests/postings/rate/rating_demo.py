"""A planted key and twelve activities with titles of our own."""

from llmexposure.report.tables import load

KEY = "sk-planted-0123456789-do-not-leak"
IDS = load("activities")["dwa_id"].head(12).tolist()
TITLES = [f"Weigh goods of kind {number}." for number in range(1, 13)]
