"""The committed tables: their schemas, how they load, how they are written."""

from llmexposure.datasets.load import load

__all__ = ["load"]
