r"""LaTeX written from the results record: macros, tables whose cells are keys, and words tied to results.

``\says{fell}{-}{KEY}`` prints the word; the build stops when the result no longer bears it out.
`check_says` lists the signs. Keys may be short (`latex.keyed_lines`) and have stars (`families`).
"""

import re
import types
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from llmexposure.base.errors import BuildError
from llmexposure.base.project import shown
from llmexposure.report.record import Entry, nearest, printed

_SPECIAL = {
    "\\": r"\textbackslash{}", "&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_",
    "{": r"\{", "}": r"\}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
    "<": r"$<$", ">": r"$>$", "−": r"$-$", "∞": r"$\infty$",
}  # fmt: skip
_FIELDS = ("se", "ci_low", "ci_high", "p", "n")
RESULT = re.compile(r"\\result(ci)?(?:\[(\w+)\])?\{([^}#]+)\}")
_SCOPED = re.compile(
    r"\\scope\{(?P<scope>[^{}]*)\}"
    r"|(?P<command>\\result(?:ci)?(?:\[\w+\])?\{|\\says\{[^{}]*\}\{[^{}]*\}\{)(?P<keys>[^{}#]+)\}"
)

# An exhibit in the paper: its kind and its name.
EXHIBIT = re.compile(r"\\paper(figure|table|longtable)(?:\[[^\]]*\])?\{(\w+)\}")

CITATION = re.compile(r"\\[cC]ite\w*\*?(?:\[[^\]]*\])*\{([^{}]+)\}")
REFERENCE = re.compile(r"\\(?:eq|page|auto|name|[cC])?ref\*?\{([^{}]+)\}")
LABEL = re.compile(r"\\label\{([^{}]+)\}")


def escape(text: str) -> str:
    r"""Text with every character that LaTeX would act on made harmless.

    Examples
    --------
    >>> print(escape("50% & more"))
    50\% \& more
    """
    return "".join(_SPECIAL.get(c, c) for c in _plain(text))


def _plain(text: str) -> str:
    """One line: TeX stops at some control characters, and an empty line would end a paragraph."""
    one_line = " ".join(text.split())
    unseen = ("Cc", "Cf", "Cs")
    return "".join("?" if unicodedata.category(c) in unseen else c for c in one_line)


def printed_field(item: Entry, field: str) -> str:
    """One field of an entry as printed; p and n have their own format, the others the value's."""
    if field == "p":
        return printed(item.get("p"), "p", 3)
    if field == "n":
        return printed(item.get("n"), "count", 0)
    return printed(item.get(field), item["unit"], item["digits"])


def macros(entries: Mapping[str, Entry], pages: str = "") -> str:
    r"""Definitions behind ``\result{KEY}`` and ``\result[FIELD]{KEY}``, one line a printed field.

    Each also carries the notebook that made it, so that the printed number links to its page, which is
    at the address ``pages``.
    """
    address = re.sub(r"([#%])", r"\\\1", pages)
    lines = [
        "% Written by the build from results/*.json. Do not edit.",
        rf"\newcommand{{\pagesaddress}}{{{address}}}",
    ]
    for key, item in sorted(entries.items()):
        lines.append(
            rf"\resultdef{{{key}}}{{value}}{{{escape(printed_field(item, 'value'))}}}{{{item['notebook']}}}"
        )
        lines += [
            rf"\resultdef{{{key}}}{{{f}}}{{{escape(printed_field(item, f))}}}{{{item['notebook']}}}"
            for f in _FIELDS
            if f in item
        ]
    return "\n".join(lines) + "\n"


_DEFINED = re.compile(r"\\resultdef\{([^{}]+)\}\{value\}\{.*\}\{(\w+)\}$", re.M)


def makers(text: str) -> dict[str, str]:
    """Notebook of each key, from what `macros` wrote."""
    return dict(_DEFINED.findall(text))


def keyed_lines(path: Path) -> Iterator[tuple[int, str]]:
    r"""Lines of a file by number, without comments, every key of a result in full.

    ``\scope{a.open.us}`` holds up to the next one or the end of the file: a key that begins with a dot,
    as in ``\result{.slope}``, then stands for ``a.open.us.slope``. `llmexposure.sty` reads keys alike.

    Raises
    ------
    BuildError
        When a key begins with a dot and no scope stands before it in the file.
    """
    scope = ""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        parts, end = [], 0
        bare = re.sub(r"(?<!\\)%.*", "", line)
        for match in _SCOPED.finditer(bare):
            parts.append(bare[end : match.start()])
            end = match.end()
            if match["keys"] is None:
                scope = match["scope"]
            else:
                keys = [_in_scope(key.strip(), scope) for key in match["keys"].split(",")]
                if "" in keys:
                    raise BuildError(f"{shown(path)}:{number}: {match[0]} has no \\scope before it")
                parts.append(f"{match['command']}{','.join(keys)}}}")
        yield number, "".join([*parts, bare[end:]])


def _in_scope(key: str, scope: str) -> str:
    """Key in full; empty when it lacks a scope."""
    if not key.startswith("."):
        return key
    return scope + key if scope else ""


def used_keys(files: Sequence[Path]) -> list[tuple[Path, int, str, str]]:
    r"""Every ``\result`` in the given files: (file, line, field, key); two for a ``\resultci``."""
    return [
        (path, number, field, match[3])
        for path in files
        for number, line in keyed_lines(path)
        for match in RESULT.finditer(line)
        for field in (("ci_low", "ci_high") if match[1] else (match[2] or "value",))
    ]


def check_keys(
    files: Sequence[Path],
    entries: Mapping[str, Entry],
    makers: Mapping[str, str] = types.MappingProxyType({}),
) -> None:
    """Stop with one message when the paper prints a key or field that the record lacks.

    Parameters
    ----------
    makers
        Notebook that made a key when the paper was built last.

    Raises
    ------
    BuildError
        Naming file, line and key, with the nearest key that exists.
    """
    for path, line, field, key in used_keys(files):
        if key not in entries:
            made = f"; notebook {makers[key]} made it last" if key in makers else ""
            hint = made or nearest(key, entries)
            raise BuildError(f"{shown(path)}:{line}: result key {key} is not in results/{hint}")
        if field not in entries[key]:
            raise BuildError(f"{shown(path)}:{line}: result {key} has no field {field}")


def check_references(files: Sequence[Path], cited: Iterable[str]) -> None:
    r"""Stop with one message at a ``\cite`` or ``\ref`` that TeX would print as a question mark.

    Parameters
    ----------
    files
        LaTeX sources; they, and the exhibits that they show, hold the labels.
    cited
        Keys of the bibliography.

    Raises
    ------
    BuildError
        Naming file, line and key, with the nearest that exists.
    """
    lines = [(path, number, line) for path in files for number, line in keyed_lines(path)]
    text = "\n".join(line for _, _, line in lines)
    shown_here = (
        ("fig" if kind == "figure" else "tab", name) for kind, name in EXHIBIT.findall(text)
    )
    labels = {*LABEL.findall(text), *(f"{kind}:{name}" for kind, name in shown_here)}
    kinds = (
        (
            CITATION,
            {*cited},
            "is not in the bibliography",
            "enter it in paper/*.bib or mend the key",
        ),
        (
            REFERENCE,
            labels,
            "is no label of the documents",
            "mend the name, or put back what it refers to",
        ),
    )
    for path, number, line in lines:
        for pattern, known, problem, remedy in kinds:
            for key in (k.strip() for keys in pattern.findall(line) for k in keys.split(",")):
                if key not in known and "#" not in key:
                    hint = nearest(key, known)
                    raise BuildError(f"{shown(path)}:{number}: {key} {problem}{hint}; {remedy}")


SAYS = re.compile(r"\\says\{([^{}]*)\}\{([^{}]*)\}\{([^{}]*)\}")
SIGNS = ("-", "+", "--", "++", "0", "<", ">", "p", "!p", "any")
LEVEL = 0.05  # below which a p-value counts as clear
# Against a number (<0.5), another key (<), a multiple of it (>2x), or within a share of it (~0.1).
_MEASURED = re.compile(r"(?P<how>[<>])(?:(?P<number>-?[\d.]+)(?P<times>x?))?|~(?P<share>[\d.]+)")
_PARAMETER = re.compile(r"(\w+)=(\S+)")  # what the notebook was run with: exposure=beta
# How many of the keys bear the sign out: 4 ++
_COUNTED = re.compile(r"(\d+) (\S.*)")


def borne_out(sign: str, entries: Sequence[Entry]) -> bool:
    """Whether results bear a sign out; a result without an interval bears out no clear one.

    Examples
    --------
    >>> borne_out("--", [{"value": -0.7, "ci_low": -1.0, "ci_high": -0.4}])
    True
    >>> borne_out("<", [{"value": 0.2}, {"value": 0.1}])
    False
    """
    first = entries[0]
    value, low, high = first["value"], first.get("ci_low"), first.get("ci_high")
    if parameter := _PARAMETER.fullmatch(sign):
        return str(first.get("parameters", {}).get(parameter[1])) == parameter[2]
    if sign == "any" or sign.startswith("="):
        return sign == "any" or str(value) == sign[1:]
    if sign.endswith("p"):
        return (value < LEVEL) == (sign == "p")
    if measured := _MEASURED.fullmatch(sign):
        return _measured(measured, [entry["value"] for entry in entries])
    clear = low is not None and high is not None and (low > 0 or high < 0)
    if sign == "0":
        return low is not None and not clear
    return (value > 0) == ("+" in sign) and value != 0 and (len(sign) == 1 or clear)


def _measured(sign: re.Match[str], values: Sequence[float]) -> bool:
    """Whether a value is below, above or near a number or the value beside it."""
    if share := sign["share"]:
        return abs(values[0] - values[1]) <= float(share) * abs(values[1])
    number = float(sign["number"] or 1)
    other = number * values[1] if compares(sign[0]) else number
    return values[0] < other if sign["how"] == "<" else values[0] > other


def compares(sign: str) -> bool:
    """Whether a sign compares the first key with every other one.

    Examples
    --------
    >>> [compares(sign) for sign in ("<", ">2x", "~0.1", "<0.5", "--")]
    [True, True, True, False, False]
    """
    measured = _MEASURED.fullmatch(sign)
    return measured is not None and (bool(measured["times"]) or measured["number"] is None)


def families(sign: str, names: Sequence[str], entries: Iterable[str]) -> list[tuple[str, ...]]:
    """Keys that a sign is about, one tuple a comparison or, where nothing is compared, a key.

    A star stands for one or more parts of a name, without a dot. ``a.slope,a.to_*.slope`` compares the first
    with each of the family; ``*.small,*.wide`` compares like with like.

    Raises
    ------
    BuildError
        When a star finds nothing.

    Examples
    --------
    >>> record = ["us.small", "us.wide", "gb.small", "gb.wide"]
    >>> families("<", ["*.small", "*.wide"], record)
    [('us.small', 'us.wide'), ('gb.small', 'gb.wide')]
    >>> families("<", ["us.small", "*.small"], record)
    [('us.small', 'gb.small')]
    >>> families("-", ["*.small"], record)
    [('us.small',), ('gb.small',)]
    """
    known = list(entries)
    if not compares(sign):
        return [(key,) for name in names for key, _ in _starred(name, known)]
    return [
        (first, other)
        for first, star in _starred(names[0], known)
        for name in names[1:]
        for other, _ in _starred(name.replace("*", star) if star else name, known)
        if other != first
    ]


def _starred(name: str, known: Sequence[str]) -> list[tuple[str, str]]:
    """Keys that a name stands for, and what its first star stands for in each."""
    if "*" not in name:
        return [(name, "")]
    pattern = re.compile(re.escape(name).replace(r"\*", r"([^.]+)"))
    found = [(key, match[1]) for key in known if (match := pattern.fullmatch(key))]
    if not found:
        raise BuildError(f"no result is called {name}; mend the name, or tie the words to others")
    return found


class Tied(NamedTuple):
    r"""Words that results must bear out: one ``\says``."""

    file: Path
    line: int
    words: str
    sign: str
    keys: list[str]


def tied_words(files: Sequence[Path]) -> list[Tied]:
    r"""Every ``\says`` of the files, in their order."""
    return [
        Tied(path, number, words, sign, names.split(","))
        for path in files
        for number, line in keyed_lines(path)
        for words, sign, names in SAYS.findall(line)
    ]


def check_directions(files: Sequence[Path], entries: Mapping[str, Entry]) -> None:
    r"""Stop with one message when the record does not bear out some ``\says``.

    Raises
    ------
    BuildError
        Naming file, line, words and results of every one of them.
    """
    wrong = []
    for one in tied_words(files):
        try:
            check_says(f"{shown(one.file)}:{one.line}: '{one.words}'", one.sign, one.keys, entries)
        except BuildError as error:
            wrong.append(str(error))
    if wrong:
        raise BuildError("; ".join(wrong))


def check_says(where: str, sign: str, names: Sequence[str], entries: Mapping[str, Entry]) -> None:
    """Stop when results do not bear a sentence out.

    Parameters
    ----------
    where
        File, line and words, for the message.
    sign
        ``-`` ``+`` below or above zero, ``--`` ``++`` clearly so (the interval excludes zero), ``0`` not
        clearly, of each key; ``<0.5`` ``>0.5`` of each key against a number; ``<`` ``>`` of the first key
        against each other, ``<0.5x`` ``>2x`` against a multiple of it, ``~0.1`` within that share of it;
        ``p`` ``!p`` a p-value below 0.05 or not; ``=text`` a word; ``exposure=beta`` a parameter that the
        result was computed with; ``N SIGN``: exactly N of the keys, or of the comparisons, bear the sign
        out (``any`` counts the keys).
    names
        Keys; a star makes a family of them (`families`).

    Raises
    ------
    BuildError
        Naming the sentence and the results.
    """
    counted = _COUNTED.fullmatch(sign)
    one = counted[2] if counted else sign
    known = (
        one in SIGNS or one.startswith("=") or _PARAMETER.fullmatch(one) or _MEASURED.fullmatch(one)
    )
    if not known or len(names) < (2 if compares(one) else 1):
        raise BuildError(
            f"{where}: expected a sign among {' '.join(SIGNS)} <0.5 >2x ~0.1 =text (or a number and a sign) "
            f"and its keys, at least two to compare; found {sign!r} with {len(names)}"
        )
    try:
        groups = families(one, names, entries)
    except BuildError as error:
        raise BuildError(f"{where}: {error}") from None
    for name in (name for group in groups for name in group):
        if name not in entries:
            raise BuildError(f"{where}: {name} is not in results/{nearest(name, entries)}")
    wrong = [g for g in groups if not borne_out(one, [entries[name] for name in g])]
    if len(groups) - len(wrong) != (int(counted[1]) if counted else len(groups)):
        told = groups if counted else wrong[:1]
        values = ", ".join(_with_interval(name, entries[name]) for group in told for name in group)
        raise BuildError(f"{where} says {sign}, but {values}; mend the sentence")


def _with_interval(name: str, entry: Entry) -> str:
    return f"{name} = {entry['value']} [{entry.get('ci_low')}, {entry.get('ci_high')}]"
