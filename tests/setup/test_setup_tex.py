"""scripts/tex.sh: silent when TeX is there, installs it when it may, else names the command."""

import pytest

TEX = ("xelatex", "latexmk", "bibtex", "kpsewhich")
KPSEWHICH = """echo "kpsewhich $*" >>"$SANDBOX/calls"
for name; do [ "$name" = "LACKING" ] || echo "/usr/share/texmf/$name"; done"""


def install_tex(sandbox, lacking=""):
    for name in TEX[:3]:
        sandbox.tool(name, ":")
    sandbox.tool("kpsewhich", KPSEWHICH.replace("LACKING", lacking))


@pytest.fixture
def root(sandbox):
    """The user may install packages: root, and an apt-get that needs its lists fetched first."""
    sandbox.env.pop("LLMEXPOSURE_APT")
    sandbox.tool("id", "echo 0")
    sandbox.tool("dpkg", ":")
    (sandbox.state / "packages").mkdir()
    for name in TEX:
        sandbox.tool(name, KPSEWHICH).rename(sandbox.state / "packages" / name)
    sandbox.tool(
        "apt-get",
        """echo "apt-get $*" >>"$SANDBOX/calls"
case "$*" in
    *update*) : >"$SANDBOX/lists" ;;
    *install*) [ -e "$SANDBOX/lists" ] || exit 100
        cp "$SANDBOX"/packages/* "$PATH" ;;
esac""",
    )
    return sandbox


def test_silent_when_present_and_asks_tex_in_one_go(sandbox):
    install_tex(sandbox)
    first = sandbox.run("tex.sh")
    assert (first.returncode, first.stdout, first.stderr) == (0, "", "")
    (asked,) = sandbox.calls()
    assert "ctexart.cls" in asked


def test_without_the_right_to_install_it_names_the_command_and_goes_on(sandbox):
    done = sandbox.run("tex.sh")
    assert (done.returncode, done.stdout) == (0, "")
    assert "everything but paper.pdf will be built" in done.stderr
    assert "sudo apt-get install --no-install-recommends texlive-latex-base" in done.stderr
    assert "texlive-lang-chinese" in done.stderr.splitlines()[-1]


def test_a_missing_file_is_found_out_though_the_commands_are_there(sandbox):
    install_tex(sandbox, lacking="ctexart.cls")
    assert "missing: ctexart.cls" in sandbox.run("tex.sh").stderr
    assert "missing: ctexart.cls" in sandbox.run("tex.sh").stderr


def test_without_the_fonts_alone_the_paper_is_still_set(sandbox):
    install_tex(sandbox, lacking="STIXMath-Regular.otf")
    done = sandbox.run("tex.sh")
    assert done.returncode == 0
    assert "set in Latin Modern" in done.stderr
    assert "fonts-stix" in done.stderr


def test_a_tex_that_went_away_is_noticed(sandbox):
    install_tex(sandbox)
    sandbox.run("tex.sh")
    (sandbox.tools / "latexmk").unlink()
    assert "missing: latexmk" in sandbox.run("tex.sh").stderr


def test_root_gets_the_packages_and_the_lists_are_fetched_only_when_needed(root):
    done = root.run("tex.sh")
    assert (done.returncode, done.stderr) == (0, "")
    verbs = [call.split()[7] for call in root.calls() if call.startswith("apt-get")]
    assert verbs == ["install", "update", "install"]
    assert root.run("tex.sh").stdout == ""


def test_with_fresh_lists_one_command_is_enough(root):
    (root.state / "lists").touch()
    root.run("tex.sh")
    calls = [call for call in root.calls() if call.startswith("apt-get")]
    assert len(calls) == 1
    assert "--no-install-recommends" in calls[0]


def test_a_user_whose_sudo_needs_no_password_gets_them_too(root):
    root.tool("id", "echo 1000")
    root.tool("sudo", '[ "$1" = -n ] && shift && echo "sudo $*" >>"$SANDBOX/calls" && exec "$@"')
    done = root.run("tex.sh")
    assert (done.returncode, done.stderr) == (0, "")
    assert any(call.startswith("sudo env DEBIAN_FRONTEND") for call in root.calls())


def test_a_user_whose_sudo_asks_for_a_password_is_not_asked(root):
    root.tool("id", "echo 1000")
    root.tool("sudo", "exit 1")
    assert "To get it: sudo apt-get update" in root.run("tex.sh").stderr
    assert root.calls() == []
