#!/bin/sh
# Install Debian packages when the user may do so without being asked for a password.
#   scripts/apt.sh PACKAGE...            install; status 1 when it cannot
#   scripts/apt.sh --command PACKAGE...  print the command that a person would type
# LLMEXPOSURE_APT=no forbids installing.
set -eu
CDPATH= cd -P -- "$(dirname "$0")/.."
. scripts/lib.sh

LOG=build/log/apt.log

if [ "${1-}" = --command ]; then
    shift
    say "sudo apt-get update && sudo apt-get install --no-install-recommends $*"
    exit
fi
[ "${LLMEXPOSURE_APT-yes}" != no ] && command -v apt-get >/dev/null || exit 1
AS_ROOT=
[ "$(id -u)" = 0 ] || { runs sudo -n true && AS_ROOT="sudo -n"; } || exit 1

# Waits for another package manager instead of failing at once.
apt() {
    quietly $AS_ROOT env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 \
        -o Acquire::Retries=3 --yes --no-install-recommends "$@"
}

say "Installing with apt: $* ..."
mkdir -p build/log
# The package lists may be absent or old, and an earlier run may have been killed half-way:
# mend both, but only when the plain attempt fails.
apt install "$@" && exit
quietly $AS_ROOT env DEBIAN_FRONTEND=noninteractive dpkg --configure -a || true
apt update || true
apt install "$@" || { tail -n 5 "$LOG" >&2; exit 1; }
