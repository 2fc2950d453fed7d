"""Run notebooks in this process, one after another, each in its own namespace; stop at the first error."""

import json
import sys
from pathlib import Path

from IPython.core.interactiveshell import InteractiveShell


def main() -> None:
    """Notebooks are the arguments."""
    shell = InteractiveShell.instance()
    for name in sys.argv[1:]:
        shell.reset(new_session=False)
        for cell in json.loads(Path(name).read_text(encoding="utf-8"))["cells"]:
            if cell["cell_type"] == "code":
                shell.run_cell("".join(cell["source"])).raise_error()


if __name__ == "__main__":
    main()
