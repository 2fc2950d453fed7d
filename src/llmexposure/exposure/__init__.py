"""Exposure to large language models: from task labels to activities, occupations and groups."""
