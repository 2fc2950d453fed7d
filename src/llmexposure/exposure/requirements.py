"""Required education and experience of occupations, from O*NET's answers by category."""

import pandas as pd

BACHELOR = 6  # category 6: bachelor's degree; higher categories require more
# Midpoint in years of each answer about related work experience; the open top answer counts as 12.
EXPERIENCE_YEARS = {
    1: 0.0, 2: 1 / 24, 3: 2 / 12, 4: 4.5 / 12, 5: 0.75, 6: 1.5,
    7: 3.0, 8: 5.0, 9: 7.0, 10: 9.0, 11: 12.0,
}  # fmt: skip
OVER_TWO_YEARS, OVER_FOUR_YEARS = 7, 8


def requirements(answers: pd.DataFrame) -> pd.DataFrame:
    """Requirements of each occupation.

    O*NET has no cut at three years, so the shares over two and over four years stand around it.

    Parameters
    ----------
    answers
        ``onet_soc``, ``scale_id`` (RL required education, RW related experience), ``category``,
        ``percent`` of respondents.

    Returns
    -------
    pandas.DataFrame
        ``onet_soc``, ``bachelor_share``, ``experience_over2_share``, ``experience_over4_share``
        (fractions), ``experience_years`` (mean of midpoints).

    Examples
    --------
    >>> rows = [("a", "RL", 6, 40), ("a", "RL", 2, 60), ("a", "RW", 7, 50), ("a", "RW", 1, 50)]
    >>> answers = pd.DataFrame(rows, columns=["onet_soc", "scale_id", "category", "percent"])
    >>> requirements(answers).set_index("onet_soc").loc["a"].tolist()
    [0.4, 0.5, 0.0, 1.5]
    """
    education = _shares(answers, "RL")
    experience = _shares(answers, "RW")
    years = pd.Series(EXPERIENCE_YEARS)
    out = pd.DataFrame(
        {
            "bachelor_share": education.loc[:, BACHELOR:].sum(axis=1),
            "experience_over2_share": experience.loc[:, OVER_TWO_YEARS:].sum(axis=1),
            "experience_over4_share": experience.loc[:, OVER_FOUR_YEARS:].sum(axis=1),
            "experience_years": experience @ years.reindex(experience.columns),
        }
    )
    return out.rename_axis("onet_soc").reset_index()


def _shares(answers: pd.DataFrame, scale: str) -> pd.DataFrame:
    """Answers of one scale as fractions that sum to one, occupations by category."""
    rows = answers[answers["scale_id"] == scale]
    wide = rows.pivot(index="onet_soc", columns="category", values="percent").astype(float)
    return wide.div(wide.sum(axis=1), axis=0)
