"""What a specification may choose: every axis with its values and how they are printed."""

from llmexposure.exposure.measures import LABELS, RATINGS
from llmexposure.report.sweeps import Axes

AXES = {
    "measure": "Measure",
    "source": "Source",
    "unit": "Unit",
    "shape": "Shape",
    "route": "Route",
    "outcome": "Outcome",
    "country": "Country",
    "change": "Change",
    "window": "Window",
    "level": "Level",
    "weights": "Weights",
    "boom": "Boom",
    "controls": "Controls",
    "family": "Families",
    "sample": "Sample",
}

MEASURES = {**{name: LABELS[name] for name in RATINGS}, "aioe": "AIOE", "lm_aioe": "AIOE, language"}

# Columns that each set of controls stands for.
CONTROLS = {
    "none": (),
    "telework": ("teleworkable",),
    "log_wage": ("log_wage",),
    "telework_log_wage": ("teleworkable", "log_wage"),
    "bachelor": ("bachelor_share",),
    "bachelor_log_wage": ("bachelor_share", "log_wage"),
}
_CONTROL_LABELS = {
    "none": "none",
    "telework": "telework",
    "log_wage": "log wage",
    "telework_log_wage": "telework, log wage",
    "bachelor": "degree",
    "bachelor_log_wage": "degree, log wage",
}
_WEIGHTS = {"none": "none", "employment": "employment"}

CHOICES = {
    "postings": {
        "measure": MEASURES,
        "source": {"indeed": "Indeed's index", "counts": "counted postings"},
        "unit": {"fine": "sectors or minor groups", "families": "families"},
        "shape": {"linear": "line", "quadratic": "line and square", "thirds": "thirds"},
        "country": {
            "US": "United States",
            "GB": "United Kingdom",
            "CA": "Canada",
            "AU": "Australia",
            "DE": "Germany",
            "FR": "France",
        },
        "change": {"after": "after", "before": "before", "difference": "after less before"},
        "window": {
            "month": "Novembers",
            "quarter": "quarters to November",
            "year": "years to November",
            "last_year": "last twelve months",
        },
        "weights": {"none": "none", "size": "jobs or postings"},
        "boom": {"none": "not held equal", "given": "held equal"},
        "controls": _CONTROL_LABELS,
        "family": {"none": "not used", "clustered": "errors clustered", "within": "within families"},
        "sample": {"all": "all", "no_computing": "no computing", "no_health": "no health care"},
    },
    "occupations": {
        "measure": MEASURES,
        "route": {"activities": "activities", "tasks": "tasks"},
        "outcome": {
            **{
                f"growth_{a}_{b}": f"growth {a} to {b}"
                for a in (2021, 2022)
                for b in (2023, 2024)
            },
            "bachelor_share": "bachelor's share",
            "job_zone": "job zone",
            "experience_years": "years",
            "experience_over2_share": "share over 2 years",
            "experience_over4_share": "share over 4 years",
            "teleworkable": "telework",
        },
        "level": {"detailed": "occupations", "minor": "minor groups", "major": "major groups"},
        "weights": _WEIGHTS,
        "controls": _CONTROL_LABELS,
        "sample": {
            "all": "all",
            "no_computing": "no computing",
            "large": "10,000 jobs or more",
        },
    },
}  # fmt: skip
# A window may also be a month: from the release month to it.
AXES_OF_CURVES = Axes(CHOICES, months=("window",))


def value_label(units: str, axis: str, value: str) -> str:
    """A value as printed; a month as it is.

    Examples
    --------
    >>> value_label("postings", "window", "2025-06")
    '2025-06'
    """
    return CHOICES[units][axis].get(value, value)
