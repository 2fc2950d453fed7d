"""What a notebook talks to: its parameters, its tables, its results."""

from llmexposure.notebook.run import Run, start

__all__ = ["Run", "start"]
