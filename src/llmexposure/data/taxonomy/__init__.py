"""Classifications: occupations, groups, sectors, report categories and activities."""
