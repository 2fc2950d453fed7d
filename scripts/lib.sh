# Small helpers that the scripts of this folder share. Source it from the repository root.

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
