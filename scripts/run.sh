#!/bin/sh
# Run a command of the project's Python environment: scripts/run.sh pytest -k names
set -eu
CDPATH= cd -P -- "$(dirname "$0")/.."
. scripts/lib.sh

PATH=$(env_prefix)/bin:$PATH
export PATH
# Without bytecode every import compiles its libraries again, which costs more than the work itself.
unset PYTHONDONTWRITEBYTECODE
exec "$@"
