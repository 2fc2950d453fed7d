# Small functions that the scripts of this folder share. Source it from the repository root.

# These would run other modules than the locks name, or compile libraries again at each import.
unset PYTHONPATH PYTHONHOME PYTHONUSERBASE PYTHONSTARTUP PYTHONINSPECT PYTHONOPTIMIZE \
    PYTHONDONTWRITEBYTECODE
export PYTHONNOUSERSITE=1

say() { printf '%s\n' "$*"; }
warn() { printf '%s\n' "$*" >&2; }
die() { warn "set-up: $*"; exit 1; }
runs() { "$@" >/dev/null 2>&1; }
# What the command prints goes to the end of $LOG.
quietly() { "$@" >>"$LOG" 2>&1; }

# python_version PYTHON: print "3.11"; fails when PYTHON is absent or does not run.
python_version() {
    "$1" -I -S -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null
}

# conda_lacks: print the first pin of environment.yml that the active conda environment does not
# hold (conda keeps a record NAME-VERSION-BUILD.json of each package).
conda_lacks() {
    for pin in $(sed -n 's/^ *- \([a-z0-9_-]*\)=\([0-9][0-9.]*\)$/\1-\2/p' environment.yml); do
        set -- "$CONDA_PREFIX/conda-meta/$pin"-*.json
        [ -e "$1" ] || { say "$pin"; return; }
    done
}

# env_prefix: print the folder of the Python environment in use: the active conda environment when
# it holds what environment.yml asks for, else .venv.
env_prefix() {
    if [ -n "${CONDA_PREFIX-}" ] && [ -d "$CONDA_PREFIX/conda-meta" ] && [ -z "$(conda_lacks)" ]
    then say "$CONDA_PREFIX"
    else say "$PWD/.venv"
    fi
}
