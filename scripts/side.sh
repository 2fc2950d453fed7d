#!/bin/sh
# Make build/NAME, an environment of its own from the hashed requirements-NAME.txt, for tools that the
# paper itself does not need; quick the second time. Status 1, with the log named, when it cannot.
#   scripts/side.sh embeddings    sentence-transformers and a small English model (several GB where
#                                 PyTorch comes with CUDA), for `make bench`
#   scripts/side.sh audit         pip-audit, for `make audit`
# The project and its own packages can be imported there too.
set -eu
CDPATH= cd -P -- "$(dirname "$0")/.."
. scripts/lib.sh

HERE=build/$1
LOG=build/log/$1.log
LOCK=requirements-$1.txt
BASE=$(env_prefix)/bin/python
KEY="$(cksum <"$LOCK") $(python_version "$BASE") in $PWD"

[ -f "$HERE/stamp" ] && read -r known <"$HERE/stamp" && [ "$known" = "$KEY" ] && exit
say "Installing $LOCK into $HERE (once) ..."
UV=$(command -v uv || echo build/bootstrap/bin/uv)
rm -rf "$HERE"
{
    in_log "$LOG" "$UV" venv --python "$BASE" "$HERE" &&
        in_log "$LOG" "$UV" pip install --python "$HERE/bin/python" --require-hashes -r "$LOCK"
} || { warn "That failed; the log is $LOG."; exit 1; }
site='import sysconfig; print(sysconfig.get_path("purelib"))'
"$BASE" -c "import os, sys; $site; print(os.path.abspath('src'))" \
    >"$("$HERE/bin/python" -c "$site")/main_environment.pth"
say "$KEY" >"$HERE/stamp"
