"""Classifications: occupations, groups, sectors, report categories, activities and degrees."""

# Degrees that postings ask for, from none to the highest.
DEGREES = ("none", "high_school", "college", "bachelor", "master", "doctor")
# Kinds of O*NET tasks; a task that O*NET has not rated has none.
TASK_TYPES = ("Core", "Supplemental")
