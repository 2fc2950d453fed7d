"""A register of upstream files with one source and one file, for tests."""

import hashlib

from upstream_server import CONTENT


def register_text(*urls: str, content: bytes = CONTENT, name: str = "table.csv") -> str:
    """TOML of a register with one source, ``demo``, that holds one file."""
    listed = ", ".join(f'"{url}"' for url in urls)
    return f"""
[source.demo]
title = "A table made for tests"
page = "https://example.org/demo"
licence = "CC0 1.0"
citation = "Nobody (2024). A table."
redistribute = true
note = "Made by the test."

[source.demo.files."{name}"]
urls = [{listed}]
sha256 = "{hashlib.sha256(content).hexdigest()}"
bytes = {len(content)}
"""
