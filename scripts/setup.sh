#!/bin/sh
# Make the project's Python environment, or bring it up to date; silent when nothing has changed.
#   scripts/setup.sh           .venv from the hashed requirements/lock.txt, with uv (pip when uv
#                              cannot); a conda environment made from environment.yml is used as it is
#   scripts/setup.sh --check   status 0 when up to date; changes nothing
# PYTHON=<interpreter> chooses the Python. The stamp is written last: a killed run is done again.
set -eu
CDPATH= cd -P -- "$(dirname "$0")/.."
. scripts/lib.sh

LOG=build/log/setup.log
LOCK=requirements/lock.txt
ENV=$(env_prefix)
STAMP=$ENV/.llmexposure

in_conda() { [ "$ENV" != "$PWD/.venv" ]; }

# The folder belongs to the key because an environment breaks when it is moved or copied.
key() { say "$(cat $LOCK pyproject.toml | cksum) python $1 in $PWD"; }

# Sets VERSION, that of the environment, and KNOWN, the key that it was made with.
stamped() {
    VERSION=$(python_version "$ENV/bin/python") && [ -f "$STAMP" ] && read -r KNOWN <"$STAMP"
}

# A Python asked for by name must be the one that the environment has.
up_to_date() {
    stamped && [ "$KNOWN" = "$(key "$VERSION")" ] || return
    in_conda || [ -z "${PYTHON-}" ] || [ "$(python_version "$PYTHON")" = "$VERSION" ]
}

# Print the interpreter when it can be used. Inside a virtual environment this is the one beneath,
# since .venv may be about to be removed.
usable() {
    "$1" -I -c 'import sys
if not (3, 11) <= sys.version_info[:2] <= (3, 13): sys.exit("This is Python " + sys.version)
print(getattr(sys, "_base_executable", "") or sys.executable)'
}

choose_python() {
    if in_conda; then say "$ENV/bin/python" && return; fi
    for name in ${PYTHON:-python3.11 python3.12 python3.13 python3}; do
        # A shim of pyenv says how to make it run: worth reading when it was asked for by name.
        if [ -n "${PYTHON-}" ]; then usable "$name"; else usable "$name" 2>/dev/null; fi && return
    done
    die "no Python from 3.11 to 3.13 found (tried: ${PYTHON:-python3.11 python3.12 python3.13\
 python3}). Install one, or name it: make paper PYTHON=/path/to/python3.11"
}

# Run this script again under a lock, so that of two set-ups at once the second waits. The lock ends
# with the process that holds it. Python takes it because macOS has no flock(1).
take_lock() {
    exec "$BASE" -I -c 'import fcntl, os
lock = os.open("build/setup.lock", os.O_CREAT | os.O_RDWR)
os.set_inheritable(lock, True)
try:
    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
except BlockingIOError:
    print("Waiting for another set-up to finish ...", flush=True)
    fcntl.flock(lock, fcntl.LOCK_EX)
os.execv("scripts/setup.sh", ["scripts/setup.sh", "--locked"])'
}

# The environment's own pip, else that of the interpreter beneath.
pip() {
    if runs "$ENV/bin/python" -c 'import pip'; then "$ENV/bin/python" -m pip "$@"
    else "$BASE" -m pip --python "$ENV/bin/python" "$@"
    fi
}

failed() {
    tail -n 3 "$LOG" >&2
    die "$1 failed; is there a network? (the whole log: $LOG)"
}

# Debian keeps the part of Python that puts pip into an environment in a package of its own.
make_env() {
    package=python$VERSION-venv
    rm -rf "$ENV"
    if runs "$BASE" -c 'import ensurepip'; then set --
    elif runs uv --version; then quietly uv venv --python "$BASE" "$ENV" && return
    elif runs "$BASE" -c 'import pip'; then set -- --without-pip
    elif scripts/apt.sh "$package"; then set --
    else die "$BASE cannot make virtual environments. Run: $(scripts/apt.sh --command "$package")"
    fi
    quietly "$BASE" -m venv "$@" "$ENV" || failed "making .venv"
}

# Set UV to a uv that runs: one that is here, else the locked one, put into the environment.
find_uv() {
    for UV in "$ENV/bin/uv" uv; do runs "$UV" --version && return; done
    UV=$ENV/bin/uv
    sed -n '/^uv==/,/[^\\]$/p' $LOCK >build/uv.txt
    quietly pip install --require-hashes --only-binary=:all: -r build/uv.txt && runs "$UV" --version
}

# uv reads neither pip's settings nor, unless told, the certificates that the system trusts.
uv_sync() {
    index=${PIP_INDEX_URL:-$(pip config get global.index-url 2>/dev/null || true)}
    [ -z "$index" ] || export UV_DEFAULT_INDEX="${UV_DEFAULT_INDEX-$index}"
    [ ! -s /etc/ssl/certs/ca-certificates.crt ] || export UV_SYSTEM_CERTS="${UV_SYSTEM_CERTS-true}"
    quietly "$UV" pip sync --python "$ENV/bin/python" --require-hashes $LOCK
}

# An environment without a stamp may be half-made, and one of another Python is of no use.
install_packages() {
    say "Installing the packages of $LOCK into .venv (Python $1) ..."
    if ! { stamped && [ "${KNOWN#*" python "}" = "$1 in $PWD" ] && [ "$VERSION" = "$1" ]; }; then
        VERSION=$1
        make_env
    fi
    rm -f "$STAMP"
    if find_uv && uv_sync; then return; fi
    say "uv cannot do it here (see $LOG); pip can, but takes a few minutes ..."
    quietly pip install --require-hashes -r $LOCK || failed "installing the packages"
}

# The package itself, as a link to src/: edits count at once. The link is made relative, since where
# LC_ALL=C Pythons before 3.13 cannot read a path with other letters than ASCII.
install_project() {
    quietly pip install --no-deps --no-build-isolation -e . || failed "installing the project"
    in_conda || for link in "$ENV"/lib/python3*/site-packages/llmexposure.pth; do
        say ../../../../src >"$link"
    done
}

# A conda environment of our name that lacks a pin is an outdated one, not somebody else's.
if [ "${CONDA_DEFAULT_ENV-}" = llmexposure ] && ! in_conda; then
    die "the active conda environment lacks $(conda_lacks)." \
        "Run: conda env update -f environment.yml --prune"
fi
if up_to_date; then exit; fi
[ "${1-}" != --check ] || exit 1
{ mkdir -p build/log && : >>build/setup.lock && [ -w . ]; } 2>/dev/null ||
    die "$PWD cannot be written. Copy it to a folder of yours and run make there."
BASE=$(choose_python)
[ "${1-}" = --locked ] || take_lock

unset PIP_USER PIP_TARGET PIP_PREFIX UV_SYSTEM_PYTHON PYTHONHOME
export PIP_DISABLE_PIP_VERSION_CHECK=1
# Caches go under build/ when the home folder is absent or cannot be written.
cache=${XDG_CACHE_HOME:-${HOME:-/dev/null}/.cache}
{ mkdir -p "$cache" && [ -w "$cache" ]; } 2>/dev/null ||
    export UV_CACHE_DIR="$PWD/build/cache/uv" PIP_CACHE_DIR="$PWD/build/cache/pip"
: >"$LOG"
version=$(python_version "$BASE")
in_conda || install_packages "$version"
install_project
key "$version" >"$STAMP"
