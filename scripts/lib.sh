# Small functions that the scripts of this folder share. Source it from the repository root.

say() { printf '%s\n' "$*"; }
warn() { printf '%s\n' "$*" >&2; }
die() { warn "set-up: $*"; exit 1; }

# in_log LOG COMMAND...: run COMMAND quietly; what it prints goes to the end of LOG.
in_log() {
    log=$1
    shift
    mkdir -p "$(dirname "$log")"
    "$@" >>"$log" 2>&1
}

# python_version PYTHON: print "3.11"; fails when PYTHON is absent or does not run.
python_version() {
    "$1" -I -S -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null
}

# The pins of environment.yml as "name-version", one a line (the form of conda's own records).
conda_pins() { sed -n 's/^ *- \([a-z0-9_-]*\)=\([0-9][0-9.]*\)$/\1-\2/p' environment.yml; }

# conda_lacks: print the first pin that the active conda environment does not hold.
conda_lacks() {
    for pin in $(conda_pins); do
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
