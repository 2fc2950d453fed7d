#!/bin/sh
# Make sure that the paper can be typeset: xelatex, latexmk and the files that paper.tex loads.
# Installs Debian's TeX packages when the user may; otherwise says which command to run.
# It is about 300 MB and takes a minute or two, once.
# A missing TeX is not an error: everything but the PDF is still built.
set -eu
CDPATH= cd -P -- "$(dirname "$0")/.."
. scripts/lib.sh

PACKAGES="texlive-latex-base texlive-latex-recommended texlive-latex-extra texlive-xetex \
texlive-science texlive-fonts-recommended lmodern latexmk texlive-lang-chinese fonts-stix"
# At least one file of each package; the format is the last thing that the installation makes, and
# is absent when it was cut short.
FILES="article.cls booktabs.sty enumitem.sty siunitx.sty ptmr8r.tfm lmroman10-regular.otf
 lmodern.sty ctexart.cls xeCJK.sty FandolSong-Regular.otf STIXMath-Regular.otf xelatex.fmt"

# The commands and files that are not there, in one line.
missing() {
    for name in xelatex latexmk bibtex kpsewhich; do
        command -v "$name" >/dev/null || printf '%s ' "$name"
    done
    command -v kpsewhich >/dev/null || return 0
    found=" $(kpsewhich -engine=xetex $FILES | sed 's|.*/||' | tr '\n' ' ')"
    for name in $FILES; do
        case $found in *" $name "*) ;; *) printf '%s ' "$name" ;; esac
    done
}

lacking=$(missing)
[ -n "$lacking" ] || exit 0
if scripts/apt.sh $PACKAGES; then lacking=$(missing); fi
[ -n "$lacking" ] || exit 0
if [ "$lacking" = "STIXMath-Regular.otf " ]; then
    warn "The fonts STIX are missing; the paper is set in Latin Modern."
    warn "To get them: $(scripts/apt.sh --command fonts-stix)"
    exit 0
fi
warn "TeX is incomplete (missing: ${lacking% }); everything but paper.pdf will be built."
warn "To get it: $(scripts/apt.sh --command $PACKAGES)"
