#!/bin/sh
# Run a command of the project's Python environment: scripts/run.sh pytest -k names
set -eu
CDPATH= cd -P -- "$(dirname "$0")/.."
. scripts/lib.sh

bin=$(env_prefix)/bin
export PATH="$bin:$PATH" UV_PYTHON="$bin/python"
# One thread each, as in the build: sums in another order differ, and small problems spin for nothing.
export OMP_NUM_THREADS="${OMP_NUM_THREADS-1}" OPENBLAS_NUM_THREADS="${OPENBLAS_NUM_THREADS-1}"
exec "$@"
