#!/bin/sh
# Make the project's Python environment, or bring it up to date; silent when nothing has changed.
#   scripts/setup.sh           .venv, with uv (pip when uv cannot), from the hashed requirements.txt;
#                              in a conda environment made from environment.yml, that one
#   scripts/setup.sh --check   status 0 when up to date; changes nothing
# PYTHON=<interpreter> chooses the Python. A stamp is written last: a killed run is done again.
set -eu
CDPATH= cd -P -- "$(dirname "$0")/.."
. scripts/lib.sh

LOG=build/log/setup.log
BOOTSTRAP=build/bootstrap
ENV=$(env_prefix)
PACKAGES=$ENV/.llmexposure-packages
PROJECT=$ENV/.llmexposure-project

in_conda() { [ "$ENV" != "$PWD/.venv" ]; }

# --- what is up to date -------------------------------------------------------------------------

sha256() { { sha256sum "$1" 2>/dev/null || shasum -a 256 "$1"; } | cut -d ' ' -f 1; }

# The folder belongs to both keys because an environment breaks when it is moved or copied.
packages_key() { say "$(sha256 requirements.txt) python $1 in $PWD"; }
project_key() { say "$(sha256 pyproject.toml) in $PWD"; }

stamped() { [ -f "$1" ] && read -r known <"$1" && [ "$known" = "$2" ]; }

# A Python asked for by name must be the one that the environment has.
as_asked() { [ -z "${PYTHON-}" ] || [ "$(python_version "$PYTHON")" = "$1" ]; }

packages_current() {
    version=$(python_version "$ENV/bin/python") || return 1
    in_conda && return
    as_asked "$version" && stamped "$PACKAGES" "$(packages_key "$version")"
}

project_current() { stamped "$PROJECT" "$(project_key)"; }

up_to_date() { packages_current && project_current; }

# --- tools --------------------------------------------------------------------------------------

# Print the first Python from 3.11 to 3.13 that runs. Inside a virtual environment this is the
# interpreter beneath it, since .venv may be about to be removed.
choose_python() {
    for name in ${PYTHON:-python3.11 python3.12 python3.13 python3}; do
        "$name" -I -c 'import sys
if not (3, 11) <= sys.version_info[:2] <= (3, 13): sys.exit(1)
print(getattr(sys, "_base_executable", "") or sys.executable)' 2>/dev/null && return
    done
    die "no Python from 3.11 to 3.13 found (tried: ${PYTHON:-python3.11 python3.12 python3.13\
 python3}). Install one, or name it: make paper PYTHON=/path/to/python3.11"
}

has_module() { "$BASE" -I -c "import $1" 2>/dev/null; }

# Debian keeps the part of Python that makes virtual environments in a package of its own.
need_venv() {
    has_module ensurepip && return
    package=python$(python_version "$BASE")-venv
    scripts/apt.sh "$package" && has_module ensurepip && return
    die "$BASE cannot make virtual environments. Run: $(scripts/apt.sh --command "$package")"
}

pip_locked() { in_log "$LOG" "$@" --disable-pip-version-check --require-hashes; }

# Install the pinned uv into a folder of its own, out of reach of the lock.
bootstrap_uv() {
    say "Installing uv ..."
    rm -rf "$BOOTSTRAP"
    set -- --only-binary=:all: -r requirements-bootstrap.txt
    has_module pip && pip_locked "$BASE" -m pip install "$@" --target "$BOOTSTRAP" && return
    need_venv
    in_log "$LOG" "$BASE" -m venv --clear "$BOOTSTRAP" &&
        pip_locked "$BOOTSTRAP/bin/python" -m pip install "$@"
}

runs() { "$1" --version >/dev/null 2>&1; }

# Set UV to a uv that runs: the one on PATH, else our own.
find_uv() {
    UV=uv
    runs "$UV" && return
    UV=$BOOTSTRAP/bin/uv
    runs "$UV" || { bootstrap_uv && runs "$UV"; }
}

# uv does not read pip's settings: pass on the package index that pip is set to use.
share_index() {
    [ -z "${UV_DEFAULT_INDEX-}${UV_INDEX_URL-}${UV_CONFIG_FILE-}" ] || return 0
    [ ! -e "${XDG_CONFIG_HOME:-${HOME-}/.config}/uv/uv.toml" ] || return 0
    index=${PIP_INDEX_URL-}
    for python in "$BASE" "$BOOTSTRAP/bin/python"; do
        [ -n "$index" ] || index=$("$python" -m pip config get global.index-url 2>/dev/null) || true
    done
    [ -z "$index" ] || export UV_DEFAULT_INDEX="$index"
}

# Trust the certificates that the system trusts, as Debian's pip and git do; where the system has
# none, uv has its own.
trust_system() {
    [ ! -s /etc/ssl/certs/ca-certificates.crt ] || export UV_SYSTEM_CERTS="${UV_SYSTEM_CERTS-true}"
}

# Caches go under build/ when the home folder is absent or cannot be written.
choose_caches() {
    home_cache=${XDG_CACHE_HOME:-${HOME:+$HOME/.cache}}
    [ -n "$home_cache" ] && mkdir -p "$home_cache" 2>/dev/null && [ -w "$home_cache" ] && return
    export UV_CACHE_DIR="${UV_CACHE_DIR:-$PWD/build/cache/uv}"
    export PIP_CACHE_DIR="${PIP_CACHE_DIR:-$PWD/build/cache/pip}"
}

# Two set-ups at once: the second one waits. The lock ends with the process that holds it.
take_lock() {
    mkdir -p build
    if command -v flock >/dev/null; then
        exec 9>build/setup.lock
        flock -n 9 || { say "Waiting for another set-up to finish ..."; flock 9; }
        return
    fi
    until mkdir build/setup.lock.d 2>/dev/null; do
        [ -n "${waiting-}" ] || say "${waiting=Waiting for another set-up to finish ...}"
        owner=$(cat build/setup.lock.d/pid 2>/dev/null || say $$)
        kill -0 "$owner" 2>/dev/null || rm -rf build/setup.lock.d
        sleep 1
    done
    trap 'rm -rf build/setup.lock.d' EXIT
    trap 'exit 130' INT TERM
    say $$ >build/setup.lock.d/pid
}

# --- steps --------------------------------------------------------------------------------------

# An environment without a stamp may be half-made, and one of another Python is of no use.
reusable() {
    [ -f "$PACKAGES" ] && read -r known <"$PACKAGES" || return
    [ "${known#*" python "}" = "$VERSION in $PWD" ] &&
        [ "$(python_version "$ENV/bin/python")" = "$VERSION" ]
}

uv_sync() {
    say "Installing the packages of requirements.txt into .venv with uv (Python $VERSION) ..."
    reusable || { rm -rf "$ENV" && in_log "$LOG" "$UV" venv --python "$BASE" "$ENV"; } || return
    rm -f "$PACKAGES" "$PROJECT"
    in_log "$LOG" "$UV" pip sync --python "$ENV/bin/python" --require-hashes requirements.txt
}

pip_sync() {
    need_venv
    say "Installing the packages of requirements.txt into .venv with pip (a few minutes) ..."
    rm -rf "$ENV"
    in_log "$LOG" "$BASE" -m venv "$ENV" &&
        pip_locked "$ENV/bin/python" -m pip install -r requirements.txt
}

failed() {
    tail -n 3 "$LOG" >&2
    die "$1 failed; is there a network? (the whole log: $LOG)"
}

install_packages() {
    if find_uv && share_index && uv_sync; then :; else
        warn "uv cannot do it here (see $LOG)."
        pip_sync || failed "installing the packages"
    fi
    packages_key "$VERSION" >"$PACKAGES"
}

# The package itself, as a link to src/: edits count at once.
install_project() {
    set -- --no-deps --no-build-isolation -e .
    rm -f "$PROJECT"
    if "$ENV/bin/python" -I -c 'import pip' 2>/dev/null; then
        in_log "$LOG" "$ENV/bin/python" -m pip install --disable-pip-version-check "$@"
    else
        find_uv && in_log "$LOG" "$UV" pip install --python "$ENV/bin/python" "$@"
    fi || failed "installing the project"
    project_key >"$PROJECT"
}

# A conda environment of our name that lacks a pin is an outdated one, not somebody else's.
refuse_outdated_conda() {
    [ "${CONDA_DEFAULT_ENV-}" = llmexposure ] && ! in_conda || return 0
    die "the active conda environment lacks $(conda_lacks)." \
        "Run: conda env update -f environment.yml --prune"
}

main() {
    unset PIP_USER PIP_TARGET PIP_PREFIX UV_SYSTEM_PYTHON PYTHONHOME
    take_lock
    up_to_date && return
    choose_caches
    trust_system
    if in_conda; then BASE=$ENV/bin/python; else BASE=$(choose_python); fi
    VERSION=$(python_version "$BASE")
    mkdir -p "$(dirname "$LOG")" && : >"$LOG"
    packages_current || install_packages
    project_current || install_project
}

refuse_outdated_conda
if up_to_date; then exit; fi
[ "${1-}" != --check ] || exit 1
main
