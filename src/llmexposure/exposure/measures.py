"""Names of the exposure measures, in one place.

Two raters (human annotators, GPT-4) label each task E0 (no exposure), E1 (direct) or E2 (through
software built on a model). Eloundou et al. (2024) score the labels three ways. AIOE is the measure of
Felten, Raj and Seamans (2021) and LM-AIOE its language-modelling version (2023); the two are almost
the same ranking, so they count as one alternative. Four more came later: the index of the International
Labour Organization (Gmyrek et al. 2025) and that of Eisfeldt, Schubert, Taska and Zhang (2023), which ask
what a model could do, and two of observed use, of Copilot (Tomlinson et al. 2025) and of Claude (Anthropic,
2026), which say what one product was used for.
"""

from llmexposure.base.errors import ParameterError

RATERS = ("human", "gpt4")
SCORES = {
    "alpha": {"E0": 0.0, "E1": 1.0, "E2": 0.0},
    "beta": {"E0": 0.0, "E1": 1.0, "E2": 0.5},
    "gamma": {"E0": 0.0, "E1": 1.0, "E2": 1.0},
}
RATINGS = [f"{rater}_{score}" for rater in RATERS for score in SCORES]
OTHER = ("aioe", "lm_aioe")
# The scores of the first two state no licence, so tables hold them as means of several occupations only.
GROUPED = ("ilo", "eisfeldt")
USE = ("microsoft", "anthropic_observed")
LATER = (*GROUPED, *USE)
MEASURES = (*RATINGS, *OTHER, *LATER)
LABELS = {
    **{
        f"{rater}_{score}": f"{name}, {score}"
        for rater, name in {"human": "Human", "gpt4": "GPT-4"}.items()
        for score in SCORES
    },
    "aioe": "AIOE",
    "lm_aioe": "AIOE, language modelling",
    "ilo": "ILO 2025",
    "eisfeldt": "Eisfeldt et al.",
    "microsoft": "Microsoft, use of Copilot",
    "anthropic_observed": "Anthropic, use of Claude",
}


def column(exposure: str, rater: str = "gpt4") -> str:
    """Column that holds an exposure measure.

    Raises
    ------
    ParameterError
        When the measure or the rater is unknown.

    Examples
    --------
    >>> column("beta"), column("lm_aioe")
    ('gpt4_beta', 'lm_aioe')
    """
    if exposure in (*OTHER, *LATER):
        return exposure
    if exposure not in SCORES or rater not in RATERS:
        raise ParameterError(
            f"exposure {exposure!r} by {rater!r} is unknown; expected one of "
            f"{', '.join((*SCORES, *OTHER, *LATER))}, and rater {' or '.join(RATERS)}"
        )
    return f"{rater}_{exposure}"
