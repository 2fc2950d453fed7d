"""The one rounding function.

Every number that is published passes through `canonical` before it is written, so that differences in
the last bits between machines, threads or library builds never reach a file.
"""

import math
from typing import Any

SIGNIFICANT = 8


def canonical(value: Any) -> Any:
    """Round a float to 8 significant digits; turn numpy scalars into Python ones; NaN into None.

    Examples
    --------
    >>> canonical(0.1 + 0.2)
    0.3
    >>> canonical(float("nan")) is None
    True
    """
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, bool | int | str) or value is None:
        return value
    if isinstance(value, list | tuple):
        return [canonical(v) for v in value]
    if isinstance(value, dict):
        return {k: canonical(v) for k, v in value.items()}
    if not math.isfinite(value):
        return None
    rounded = float(f"{value:.{SIGNIFICANT - 1}e}")
    return rounded + 0.0  # no negative zero
