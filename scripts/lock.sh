#!/bin/sh
# Write the locks in requirements/ from pyproject.toml. Pins stay as they are unless told otherwise:
#   scripts/lock.sh                            after a change of pyproject.toml
#   scripts/lock.sh --upgrade-package pandas   a newer pandas; --upgrade: of everything
set -eu
CDPATH= cd -P -- "$(dirname "$0")/.."

# compile LOCK OPTION...: the lock holds versions and hashes, and no address that they came from.
compile() {
    lock=requirements/$1.txt
    shift
    scripts/run.sh uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
        --no-annotate --custom-compile-command scripts/lock.sh --output-file "$lock" "$@"
}

compile lock pyproject.toml --group tests --group dev "$@"
# All are installed beside the first, hence with its versions.
compile embeddings --group embeddings --constraints requirements/lock.txt "$@"
compile audit --group audit --constraints requirements/lock.txt "$@"
compile nbgrader --group nbgrader --constraints requirements/lock.txt "$@"
compile site --group site --constraints requirements/lock.txt "$@"
compile browser --group browser --constraints requirements/lock.txt "$@"
