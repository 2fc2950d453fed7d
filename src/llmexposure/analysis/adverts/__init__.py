"""Notebook 02, second part: adverts counted by occupation, before and after the release."""
