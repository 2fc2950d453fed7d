"""papermill's own users: parameters from a file, another folder, another kernel, errors in one line."""

import json
import subprocess
import sys

import pytest


@pytest.fixture
def papermill(built, tmp_path, monkeypatch):
    """Run papermill on the throwaway notebook; returns the process."""
    monkeypatch.setenv("LLMEXPOSURE_ROOT", str(built.root))
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "jupyter"))

    def run(*arguments):
        command = [
            sys.executable,
            "-m",
            "papermill",
            "notebooks/01_small.ipynb",
            str(tmp_path / "out.ipynb"),
        ]
        return subprocess.run(
            [*command, *arguments, "--no-progress-bar"],
            cwd=built.root,
            capture_output=True,
            text=True,
        )

    return run


def parameters(project):
    path = project.root / "build/manual/01_small/01_small.json"
    return json.loads(path.read_text())["small.open.tasks.count"]["parameters"]


def one_line(done) -> str:
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    return next(line for line in done.stderr.splitlines() if line.startswith("Error: "))


def test_parameters_come_from_a_file_and_the_notebook_runs_in_another_folder(
    built, papermill, tmp_path
):
    (tmp_path / "params.yaml").write_text("exposure: alpha\n")
    done = papermill("-f", str(tmp_path / "params.yaml"), "--cwd", "notebooks")
    assert done.returncode == 0, done.stderr
    assert parameters(built) == {"exposure": "alpha"}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (
            ["-p", "exposure", "delta"],
            "parameter exposure: expected one of alpha, beta, found 'delta'",
        ),
        (["-p", "exposur", "beta"], "unknown parameter 'exposur'; it takes exposure"),
    ],
)
def test_a_wrong_parameter_is_told_in_one_line(papermill, given, said):
    line = one_line(papermill(*given))
    assert line.startswith("Error: In [3]: ParameterError: notebooks/01_small.ipynb: ")
    assert said in line


def test_a_mistake_in_a_cell_keeps_its_trace(built, papermill):
    built.write_notebook(count="1 / 0")
    done = papermill()
    assert done.returncode == 1
    assert "ZeroDivisionError: division by zero" in done.stderr
    assert "Traceback" in done.stderr


def kernel(folder, name, command):
    spec = folder / "jupyter/kernels" / name
    spec.mkdir(parents=True)
    argv = [*command, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    about = {"argv": argv, "display_name": name, "language": "python"}
    (spec / "kernel.json").write_text(json.dumps(about))


def test_a_kernel_is_chosen_and_one_without_the_project_says_which_to_take(papermill, tmp_path):
    kernel(tmp_path, "mine", [sys.executable])
    assert papermill("-k", "mine").returncode == 0
    # Another environment with ipykernel: this one, but for the link to the project.
    (tmp_path / "sitecustomize.py").write_text(
        "import sys\nsys.path[:] = [folder for folder in sys.path if not folder.endswith('src')]\n"
    )
    kernel(tmp_path, "foreign", ["env", f"PYTHONPATH={tmp_path}", sys.executable])
    line = one_line(papermill("-k", "foreign"))
    assert "in this kernel; take that of .venv: .venv/bin/papermill, without -k" in line
