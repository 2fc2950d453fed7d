#!/bin/sh
# Make build/embeddings: the project's environment with sentence-transformers and a small English model,
# from the hashed requirements-embeddings.txt. Optional and large (several GB where PyTorch comes with
# CUDA), so only `make bench` asks for it; without it the benchmark leaves that engine out.
set -eu
CDPATH= cd -P -- "$(dirname "$0")/.."
. scripts/lib.sh

HERE=build/embeddings
LOG=build/log/embeddings.log
LOCK=requirements-embeddings.txt
BASE=$(env_prefix)/bin/python
KEY="$(cksum <$LOCK) $(python_version "$BASE") in $PWD"

[ -f $HERE/stamp ] && read -r known <$HERE/stamp && [ "$known" = "$KEY" ] && exit
say "Installing sentence embeddings into $HERE (large; once) ..."
UV=$(command -v uv || echo build/bootstrap/bin/uv)
rm -rf $HERE
{
    in_log $LOG "$UV" venv --python "$BASE" $HERE &&
        in_log $LOG "$UV" pip install --python $HERE/bin/python --require-hashes -r $LOCK
} || { warn "That failed (see $LOG); the benchmark goes on without sentence embeddings."; exit 0; }
# The project and its other packages come from the main environment.
site='import sysconfig; print(sysconfig.get_path("purelib"))'
"$BASE" -c "import os, sys; $site; print(os.path.abspath('src'))" \
    >"$($HERE/bin/python -c "$site")/main_environment.pth"
say "$KEY" >$HERE/stamp
