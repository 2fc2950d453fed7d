"""A sweep of ``sweeps.toml`` run as a specification curve."""

from collections.abc import Mapping

import pandas as pd

from llmexposure.analysis.curves import occupations, sectors
from llmexposure.base.errors import ParameterError
from llmexposure.estimation.curve import Curve, curve
from llmexposure.publish.sweeps.expand import expand
from llmexposure.publish.sweeps.table import Sweep

BUILDERS = {"sectors": sectors, "occupations": occupations}


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
    >>> from llmexposure.publish.sweeps.table import read
    >>> sweep = read().relationship["recruitment_share_abroad"]
    >>> tables = {name: load(name) for name in BUILDERS[sweep.units].TABLES}
    >>> found = run(sweep, tables, draws=9, seed=1)
    >>> len(found.table) == len(expand(sweep)) == found.null_t.shape[1]
    True
    """
    specifications = expand(sweep)
    units, models = BUILDERS[sweep.units].build(specifications, tables)
    return curve(units, models, specifications, draws=draws, seed=seed)
