#!/bin/sh
# Run a command of the project's Python environment: scripts/run.sh pytest -k names
set -eu
CDPATH= cd -P -- "$(dirname "$0")/.."
. scripts/lib.sh

PATH=$(env_prefix)/bin:$PATH
export PATH
exec "$@"
