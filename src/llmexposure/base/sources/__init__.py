"""Upstream files: what is registered, where a checked copy is, how to fetch it.

>>> from llmexposure.base.sources import load_registry
>>> load_registry()["dingel_neiman"].licence
'GPL-3.0'
"""

from llmexposure.base.sources.fetch import Fetched, fetch
from llmexposure.base.sources.locate import locate
from llmexposure.base.sources.registry import Source, SourceFile, load_registry

__all__ = ["Fetched", "Source", "SourceFile", "fetch", "load_registry", "locate"]
