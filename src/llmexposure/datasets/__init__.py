"""The committed tables: their schemas, how they load, how they are derived from upstream files."""

from llmexposure.datasets.load import load

__all__ = ["load"]
