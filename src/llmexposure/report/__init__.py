"""What a notebook talks to: its parameters, its tables, its results.

From results to print: the results record, figures, tables and LaTeX.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from llmexposure.report.run import Run, start

__all__ = ["Run", "start"]


def __getattr__(name: str) -> object:
    # The build reads parameters and evidence from here; without estimation and figures it starts at once.
    if name in __all__:
        from llmexposure.report import run

        return getattr(run, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
