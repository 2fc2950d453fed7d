"""The ledger: every claim with the verdict that the results give, as a table and a figure."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from llmexposure.analysis.claims.rules import verdict
from llmexposure.base.errors import DataError
from llmexposure.data.schemas.claims import CITED, CLASSES, VERDICTS
from llmexposure.report import style
from llmexposure.report.latex import escape
from llmexposure.report.record import Entry, nearest

UNDECIDED = ("unidentified", "needs_data")
EVIDENCE = ("published", "open", "postings")  # never simulated


def ledger(claims: pd.DataFrame, results: Mapping[str, Entry]) -> pd.DataFrame:
    """Claims with ``verdict``, ``evidence`` and ``basis``.

    Parameters
    ----------
    claims
        Table ``claims``.
    results
        The record, by key.

    Returns
    -------
    pandas.DataFrame
        The columns of ``claims``; ``verdict``, one of `VERDICTS`; ``evidence``, the kinds that decide,
        empty where nothing does; ``class``, one of `CLASSES`: ``outside`` (checked outside the document)
        when a result behind the verdict rests on anything but the claim's own document, ``within``
        (consistency within it) when none does, ``undecided`` (not decidable here) when the claim needs
        data or is unidentified; ``against``: ``data`` or ``document``, what it was checked against outside.

    Raises
    ------
    DataError
        Naming the claim: it has no result behind it, one that does not exist, a simulated one, or
        asks for data although it is decided.
    """
    rows = [_decided(row, results) for row in claims.fillna("").itertuples()]
    found = pd.DataFrame(
        rows, index=claims.index, columns=["verdict", "evidence", "class", "against"]
    )
    return claims.join(found)


def _decided(claim: Any, results: Mapping[str, Entry]) -> tuple[str, str, str, str]:
    where = f"claim {claim.claim_id}"
    keys = claim.key.split()
    if (claim.rule == "needs") == bool(keys) or (claim.rule == "needs") != bool(claim.needs):
        raise DataError(
            f"{where}: rule {claim.rule}, key {claim.key!r}, needs {claim.needs!r}; expected rule "
            "'needs' with what it needs and no key, or another rule with a key and no needs"
        )
    for key in keys:
        if key not in results:
            raise DataError(f"{where}: result {key} does not exist{nearest(key, results)}")
        if results[key]["evidence"] not in EVIDENCE:
            raise DataError(
                f"{where}: result {key} is {results[key]['evidence']}; no verdict of it"
            )
    entries = [results[key] for key in keys]
    try:
        found = verdict(claim.rule, claim.value, claim.unit, entries)
    except DataError as error:
        raise DataError(f"{where}: {error}") from None
    evidence = " ".join(sorted({entry["evidence"] for entry in entries}))
    return found, evidence, *_class(claim.document, found, entries)


def _class(document: str, verdict: str, entries: Sequence[Entry]) -> tuple[str, str]:
    """On what a verdict rests, and what it was checked against: see `ledger`."""
    if verdict in UNDECIDED:
        return "undecided", ""
    others = {source for entry in entries for source in entry["source"]} - {document}
    if not others:
        return "within", ""
    return "outside", "document" if others <= set(CITED) else "data"


def counts(decided: pd.DataFrame) -> pd.DataFrame:
    """Number of claims by document (rows, in the order of the ledger) and verdict (columns).

    Examples
    --------
    >>> counts(pd.DataFrame({"document": ["a", "a"], "verdict": ["supported", "needs_data"]}))[
    ...     ["supported", "needs_data"]
    ... ].to_numpy().tolist()
    [[1, 1]]
    """
    table = pd.crosstab(decided["document"], decided["verdict"])
    documents = decided["document"].unique()
    return table.reindex(index=documents, columns=list(VERDICTS), fill_value=0)


def words(verdict: str) -> str:
    """Verdict as printed.

    Examples
    --------
    >>> words("needs_data")
    'needs data'
    """
    return verdict.replace("_", " ")


CLASS_WORDS = {
    "outside": "checked outside the document",
    "within": "consistency within it",
    "undecided": "not decidable here",
}
_WIDTHS = (0.095, 0.345, 0.155, 0.345)
_HEADER = ("Claim", "In our words", "Verdict; class", "Why; result, or data needed")


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
            rf"\multicolumn{{4}}{{@{{}}l}}{{\textit{{Table~\ref{{tab:{name}}}, continued}}}} \\",
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
    grouped = claims.groupby([group, claims["verdict"], claims["class"]], sort=False)
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
    said = escape(said).replace("≤", r"$\leq$").replace("≥", r"$\geq$")
    cells = (_breakable(ids), said, _judged(first), _why(first) + more)
    return " & ".join(cells) + r" \\ \addlinespace[2pt]"


def _judged(claim: pd.Series) -> str:
    return f"{words(claim['verdict'])}; {CLASS_WORDS[claim['class']]}"


def _claim(claim: pd.Series) -> str:
    unit = claim["unit"] if claim["unit"] != "sign" else ""
    value = f"{claim['value']}{'' if unit.startswith('%') else ' '}{unit}".strip()
    if unit == "rank":
        value = f"rank {claim['value']}" if claim["value"] else ""
    printed = ", ".join(_typeset(part) for part in (value, claim["period"]) if part)
    return f"{claim['subject']}: {claim['paraphrase']}" + (f" ({printed})" if printed else "")


def _typeset(text: str) -> str:
    """Numbers and periods as the paper prints them.

    Examples
    --------
    >>> _typeset("<=-2 pp"), _typeset("5000000 jobs"), _typeset("2022-11-01/2024-02-14")
    ('≤ −2 pp', '5,000,000 jobs', '2022-11-01 to 2024-02-14')
    """
    text = re.sub(r"(\d{4}(?:-\d\d){0,2})(?:/|\.\.)(?=\d{4})", r"\1 to ", text)
    text = text.replace("<=", "≤ ").replace(">=", "≥ ")
    text = re.sub(r"(?<![\w.])-(?=\d)", "−", text)
    return re.sub(r"(?<![\w.-])\d{5,}\b", lambda match: f"{int(match[0]):,}", text)


def _why(claim: pd.Series) -> str:
    if claim["needs"]:
        return escape(f"{claim['reason']} Needs: {claim['needs']}.")
    keys = [rf"\texttt{{{_breakable(k)}}} = \result{{{k}}}" for k in claim["key"].split()]
    return f"{escape(claim['reason'])} {'; '.join(keys)}"


def _breakable(text: str) -> str:
    return re.sub(r"(\.|\\_|-)", r"\1\\allowbreak{}", escape(text))


_COLOUR = {
    "reproduced": style.BLUE, "supported": "#56B4E9", "consistent": style.GREEN,
    "contradicted": style.ORANGE,
    "inconsistent": "#E69F00", "unidentified": style.PURPLE, "needs_data": "0.75",
}  # fmt: skip


def class_bars(decided: pd.DataFrame, labels: Mapping[str, str]) -> Figure:
    """Share of each document's claims by class, a panel a class, stacked by verdict, with the numbers.

    Parameters
    ----------
    decided
        From `ledger`.
    labels
        Document to its name in the figure.
    """
    total = decided.groupby("document").size()
    names = [f"{name} ({total[d]})" for d, name in labels.items()]
    figure, axes = plt.subplots(
        1, len(CLASSES), figsize=(style.TEXT_WIDTH, 2.3), sharey=True, sharex=True
    )
    for ax, kind in zip(axes, CLASSES, strict=True):
        rows = decided[decided["class"] == kind]
        table = pd.crosstab(rows["document"], rows["verdict"])
        table = table.reindex(index=list(labels), columns=list(VERDICTS), fill_value=0)
        shares = table.div(total[list(labels)], axis=0)
        left = shares.cumsum(axis=1) - shares
        for word, colour in _COLOUR.items():
            ax.barh(names, shares[word], left=left[word], color=colour, height=0.65, lw=0)
        for y, document in enumerate(labels):
            number, end = table.loc[document].sum(), shares.loc[document].sum()
            ax.text(end + 0.03, y, str(number), va="center", fontsize=style.SMALL)
        ax.set_title(CLASS_WORDS[kind].capitalize(), fontsize=style.SMALL)
        ax.set_xlim(0, 1.2)
        ax.tick_params(width=0.6, length=2.5, labelsize=style.SMALL)
        ax.tick_params(axis="y", length=0)
        ax.set_xticks([0, 0.5, 1], ["0", "50", "100"])
    axes[0].invert_yaxis()
    keys = [Patch(color=_COLOUR[v], label=words(v)) for v in VERDICTS]
    figure.legend(handles=keys, loc="outside lower center", ncols=4, fontsize=style.SMALL)
    axes[1].set_xlabel("Claims of the document, %")
    return figure
