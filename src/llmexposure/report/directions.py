r"""Words of direction in the paper ("fell", "correlates") tied to the results that they speak of.

``\says{fell}{-}{KEY}`` prints the word; the build stops when the result no longer bears it out.
Signs: ``-`` and ``+`` the value's sign; ``--`` and ``++`` also an interval that excludes zero; ``0`` an
interval that includes zero. Of several keys, ``KEY1,KEY2,KEY3``, the sign holds for each. ``<`` and ``>``
compare the value of the first key with that of every other. Keys may be short (`latex.keyed_lines`).
"""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from llmexposure.base.errors import BuildError
from llmexposure.base.project import shown
from llmexposure.report.latex import keyed_lines
from llmexposure.report.record import Entry, nearest

SAYS = re.compile(r"\\says\{([^{}]*)\}\{([^{}]*)\}\{([^{}]*)\}")
SIGNS = ("-", "+", "--", "++", "0", "<", ">")


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
    if sign in ("<", ">"):
        other = entries[1]["value"]
        return value < other if sign == "<" else value > other
    clear = low is not None and high is not None and (low > 0 or high < 0)
    if sign == "0":
        return low is not None and not clear
    return (value > 0) == ("+" in sign) and value != 0 and (len(sign) == 1 or clear)


def check_directions(files: Sequence[Path], entries: Mapping[str, Entry]) -> None:
    r"""Stop with one message when a ``\says`` is not borne out by the record.

    Raises
    ------
    BuildError
        Naming file, line, word and result.
    """
    for path in files:
        for number, line in keyed_lines(path):
            for word, sign, names in SAYS.findall(line):
                _check(f"{shown(path)}:{number}: '{word}'", sign, names.split(","), entries)


def _check(where: str, sign: str, names: Sequence[str], entries: Mapping[str, Entry]) -> None:
    compares = sign in ("<", ">")
    if sign not in SIGNS or len(names) < (2 if compares else 1):
        raise BuildError(
            f"{where}: expected a sign among {' '.join(SIGNS)} and its keys, at least two with < and >; "
            f"found {sign!r} with {len(names)}"
        )
    for name in names:
        if name not in entries:
            raise BuildError(f"{where}: {name} is not in results/{nearest(name, entries)}")
    for group in [(names[0], n) for n in names[1:]] if compares else [(n,) for n in names]:
        found = [entries[name] for name in group]
        if not borne_out(sign, found):
            values = ", ".join(
                f"{n} = {e['value']} [{e.get('ci_low')}, {e.get('ci_high')}]"
                for n, e in zip(group, found, strict=True)
            )
            raise BuildError(f"{where} says {sign}, but {values}; mend the sentence")
