"""The deck: figures drawn, then typeset with the numbers of the record; needs TeX, nothing else."""

import shutil
import subprocess
from pathlib import Path

from kit.tables import COURSE

from llmexposure.base.errors import BuildError
from llmexposure.base.project import Project
from staff import figures

SOURCE = COURSE / "slides" / "slides.tex"


def build(project: Project) -> Path:
    """Write ``build/slides/slides.pdf``; returns it.

    Raises
    ------
    BuildError
        Without TeX, or with the line on which LaTeX stopped: a key that the record does not hold.
    """
    folder = project.build / "slides"
    figures.draw(project, folder / "figures")
    if shutil.which("latexmk") is None:
        raise BuildError(
            f"latexmk is not there, so only the figures are in {folder}/figures; see make tex"
        )
    shutil.copy(SOURCE, folder)
    shutil.copy(project.paper / "llmexposure.sty", folder)
    shutil.copytree(project.generated, folder / "generated", dirs_exist_ok=True)
    command = ["latexmk", "-xelatex", "-interaction=nonstopmode", "-halt-on-error", SOURCE.name]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, errors="replace")
    if done.returncode:
        said = [line for line in done.stdout.splitlines() if line.startswith("!")]
        raise BuildError(f"{SOURCE.name}: {(said or ['LaTeX stopped'])[0]}")
    return folder / "slides.pdf"
