"""A sweep of ``sweeps.toml`` run as a specification curve."""

from collections.abc import Iterable, Mapping, Sequence

import pandas as pd

from llmexposure.analysis.curves import occupations, postings
from llmexposure.analysis.curves.choices import AXES_OF_CURVES
from llmexposure.base.errors import ParameterError
from llmexposure.estimation.curve import Curve, curve, joint
from llmexposure.report.sweeps import Sweep, Sweeps, expand, read
from llmexposure.report.tables import load

BUILDERS = {"postings": postings, "occupations": occupations}


def read_sweeps() -> Sweeps:
    """Sweeps of ``sweeps.toml`` of the current project.

    Examples
    --------
    >>> read_sweeps().relationship["remote_work"].choices["outcome"]
    ['teleworkable']
    """
    return read(AXES_OF_CURVES)


def find(sweeps: Mapping[str, Sweep], name: str) -> Sweep:
    """Sweep of that name.

    Raises
    ------
    ParameterError
        When there is none.
    """
    if name not in sweeps:
        raise ParameterError(
            f"sweep {name!r} is not in sweeps.toml; expected one of {', '.join(sweeps)}"
        )
    return sweeps[name]


def run(sweep: Sweep, tables: Mapping[str, pd.DataFrame], *, draws: int, seed: int) -> Curve:
    """Estimate every specification of a relationship, and again on permuted exposure.

    Parameters
    ----------
    tables
        Committed tables by name: those that ``BUILDERS[sweep.units].TABLES`` lists.

    Examples
    --------
    >>> from llmexposure.report.tables import load
    >>> sweep = read_sweeps().relationship["recruitment_share_abroad"]
    >>> tables = {name: load(name) for name in BUILDERS[sweep.units].TABLES}
    >>> found = run(sweep, tables, draws=9, seed=1)
    >>> len(found.table) == len(expand(sweep)) == found.null_t.shape[1]
    True
    """
    return together([sweep], tables, draws=draws, seed=seed)[sweep.name]


def together(
    sweeps: Sequence[Sweep], tables: Mapping[str, pd.DataFrame], *, draws: int, seed: int
) -> dict[str, Curve]:
    """Curves of several relationships over the same units, such as the change after and the change before.

    Every draw deals exposure out once for all of them, so that a placebo can be set beside its curve, and
    what they share is computed once.

    Returns
    -------
    dict
        By name of the sweep: what `run` gives for it.
    """
    # All sweeps of one kind of unit have the same axes, so that their tables stack.
    tables_of = {sweep.name: expand(sweep) for sweep in sweeps}
    every = pd.concat(tables_of, names=["sweep"])
    numbered = every.reset_index(drop=True)
    units, models = BUILDERS[sweeps[0].units].build(numbered, tables)
    found = curve(units, models, numbered, draws=draws, seed=seed)
    out, start = {}, 0
    for name, own in tables_of.items():
        rows = slice(start, start := start + len(own))
        table = found.table[rows].set_axis(own.index)
        out[name] = Curve(table, found.null_slope[:, rows], found.null_t[:, rows])
    return out


def names(sweeps: Iterable[Sweep]) -> list[str]:
    """Each sweep in a line: how many specifications, or runs of which notebook."""
    what = dict.fromkeys(BUILDERS, "specifications")
    return [
        f"{s.name}: {len(expand(s)):,} {what.get(s.units, f'runs of {s.units}')}" for s in sweeps
    ]


def estimate(sweep: Sweep, *, draws: int, seed: int) -> tuple[pd.DataFrame, str]:
    """One row a specification of a relationship, from the committed tables; the joint test in words."""
    tables = {name: load(name) for name in BUILDERS[sweep.units].TABLES}
    found = run(sweep, tables, draws=draws, seed=seed)
    tests = joint(found)
    return found.table.reset_index(), (
        f"{sweep.title}: median slope {tests.median:.3f}, joint p {tests.median_p:.3f} "
        f"({len(found.table):,} specifications, {draws} permutations)"
    )
