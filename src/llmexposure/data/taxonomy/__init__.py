"""Classifications: occupations, groups, sectors, report categories, activities and degrees."""

# Degrees that postings ask for, from none to the highest.
DEGREES = ("none", "high_school", "college", "bachelor", "master", "doctor")
