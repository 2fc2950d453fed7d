"""The ledger of claims as a LaTeX table over several pages."""

import re

import pandas as pd

from llmexposure.data.schemas.claims import VERDICTS
from llmexposure.report.latex import escape

_WIDTHS = (0.095, 0.365, 0.115, 0.365)
_HEADER = ("Claim", "In our words", "Verdict", "Why; result, or data needed")


def words(verdict: str) -> str:
    """Verdict as printed.

    Examples
    --------
    >>> words("needs_data")
    'needs data'
    """
    return verdict.replace("_", " ")


def claims_longtable(name: str, ledger: pd.DataFrame) -> str:
    r"""Table for ``\paperlongtable``; rows of one series and verdict become one.

    Parameters
    ----------
    name
        Name of the exhibit, for the label.
    ledger
        From `llmexposure.analysis.claims.ledger.ledger`, with ``title``, the document's name as headed.
    """
    spec = "".join(rf">{{\raggedright\arraybackslash}}p{{{w}\linewidth}}" for w in _WIDTHS)
    head = " & ".join(_HEADER) + r" \\ \midrule"
    rows = [line for _, part in ledger.groupby("document", sort=False) for line in _part(part)]
    return "\n".join(
        [
            rf"\begin{{longtable}}{{{spec}}}",
            rf"\caption{{\longcaption}}\label{{tab:{name}}}\\ \toprule",
            head + r" \endfirsthead",
            rf"\toprule {head} \endhead",
            r"\bottomrule \endfoot",
            *rows,
            r"\end{longtable}",
            "",
        ]
    )


def _part(claims: pd.DataFrame) -> list[str]:
    claims = claims.fillna("")
    title = rf"\textit{{{escape(claims['title'].iloc[0])}}}"
    head = rf"\addlinespace \multicolumn{{4}}{{p{{0.98\linewidth}}}}{{{title}}} \\* \addlinespace"
    group = claims["series"].where(claims["series"] != "", claims["claim_id"])
    order = [VERDICTS.index(v) for v in claims["verdict"]]
    grouped = claims.groupby([group, order], sort=False)
    return [head, *(_row(rows) for _, rows in grouped)]


def _row(rows: pd.DataFrame) -> str:
    first = rows.iloc[0]
    ids = (
        first["claim_id"]
        if len(rows) == 1
        else f"{first['claim_id']} to {rows.iloc[-1]['claim_id']}"
    )
    said = _claim(first) if len(rows) == 1 else f"{first['series']} ({len(rows)} claims)"
    more = " and so on" if len(rows) > 1 and first["key"] else ""
    cells = (_breakable(ids), escape(said), words(first["verdict"]), _why(first) + more)
    return " & ".join(cells) + r" \\"


def _claim(claim: pd.Series) -> str:
    unit = claim["unit"] if claim["unit"] != "sign" else ""
    value = f"{claim['value']}{'' if unit.startswith('%') else ' '}{unit}".strip()
    if unit == "rank":
        value = f"rank {claim['value']}"
    printed = ", ".join(part for part in (value, claim["period"]) if part)
    return f"{claim['subject']}: {claim['paraphrase']}" + (f" ({printed})" if printed else "")


def _why(claim: pd.Series) -> str:
    if claim["needs"]:
        return escape(f"{claim['reason']} Needs: {claim['needs']}.")
    keys = [rf"\texttt{{{_breakable(k)}}} = \result{{{k}}}" for k in claim["key"].split()]
    return f"{escape(claim['reason'])} {'; '.join(keys)}"


def _breakable(text: str) -> str:
    return re.sub(r"(\.|\\_|-)", r"\1\\allowbreak{}", escape(text))
