"""What the throwaway papers share: notebooks written from a few lines, and the command line on them."""

import json
import os
import subprocess
import sys
from pathlib import Path

START = 'from llmexposure.report.run import start\n\nrun = start("{}", globals())'


class SmallPaper:
    """A root folder and how to call the command line on it."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def notebook(self, name: str, parameters: str, cells: dict[str, str]) -> None:
        """Write a notebook: a cell of parameters, one that starts the run, then ``cells``."""
        sources = {"parameters": parameters, "start": START.format(name), **cells}
        found = [
            {
                "cell_type": "code", "id": identity, "outputs": [], "execution_count": None,
                "metadata": {"tags": [identity] if identity == "parameters" else []},
                "source": text.splitlines(keepends=True),
            }
            for identity, text in sources.items()
        ]  # fmt: skip
        kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
        whole = {"cells": found, "metadata": {"kernelspec": kernel}}
        path = self.root / f"notebooks/{name}.ipynb"
        path.write_text(json.dumps({**whole, "nbformat": 4, "nbformat_minor": 5}, indent=1))

    def run(self, *arguments: str, timeout: float | None = None) -> subprocess.CompletedProcess:
        return subprocess.run(
            [sys.executable, "-m", "llmexposure.cli", *arguments],
            env={**os.environ, "LLMEXPOSURE_ROOT": str(self.root)},
            capture_output=True,
            text=True,
            cwd=self.root,
            timeout=timeout,
        )
