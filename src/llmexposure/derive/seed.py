"""The seed of the tables that hold random numbers: simulated ones, and a placebo."""

SEED = 20221130
RANDOM_TABLES = (
    "simulated_panel",
    "simulated_cities",
    "skills_simulated",
    "matching_occupations",
)
