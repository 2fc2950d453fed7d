"""What a specification may choose: every axis with its values and how they are printed."""

from llmexposure.exposure.measures import LABELS, RATINGS
from llmexposure.report.sweeps import Axes

AXES = {
    "measure": "Measure",
    "route": "Route",
    "score": "Sector score",
    "outcome": "Outcome",
    "country": "Country",
    "baseline": "Baseline",
    "comparison": "Comparison",
    "form": "Form",
    "level": "Level",
    "weights": "Weights",
    "controls": "Controls",
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

# A month stands for itself; these values are words.
MONTH_WORDS = {"year_before": "mean of the year before", "latest": "latest complete month"}

CHOICES = {
    "sectors": {
        "measure": MEASURES,
        "score": {
            "weighted": "weighted mean",
            "core": "plainly named only",
            "unweighted": "plain mean",
        },
        "country": {
            "US": "United States",
            "GB": "United Kingdom",
            "CA": "Canada",
            "AU": "Australia",
            "DE": "Germany",
            "FR": "France",
        },
        "baseline": {"year_before": MONTH_WORDS["year_before"]},
        "comparison": {"latest": MONTH_WORDS["latest"]},
        "form": {"log_change": "log change", "share_change": "change of share"},
        "weights": _WEIGHTS,
        "controls": _CONTROL_LABELS,
        "sample": {"all": "all", "no_software": "no software", "no_health": "no health care"},
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
AXES_OF_CURVES = Axes(CHOICES, months=("baseline", "comparison"))


def value_label(units: str, axis: str, value: str) -> str:
    """A value as printed; a month as it is.

    Examples
    --------
    >>> value_label("sectors", "baseline", "2022-11")
    '2022-11'
    """
    return CHOICES[units][axis].get(value, value)
