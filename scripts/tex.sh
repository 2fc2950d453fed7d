#!/bin/sh
# Make sure that the paper can be typeset: xelatex, latexmk and the files that paper.tex loads.
# Installs Debian's TeX packages when the user may; otherwise says which command to run.
# It is about 300 MB and takes a minute or two, once.
# A missing TeX is not an error: everything but the PDF is still built.
set -eu
CDPATH= cd -P -- "$(dirname "$0")/.."
. scripts/lib.sh

PACKAGES="texlive-latex-base texlive-latex-recommended texlive-latex-extra texlive-xetex \
texlive-science texlive-fonts-recommended lmodern latexmk texlive-lang-chinese"
# At least one file of each package.
FILES="article.cls booktabs.sty enumitem.sty siunitx.sty ptmr8r.tfm lmroman10-regular.otf
 lmodern.sty ctexart.cls xeCJK.sty FandolSong-Regular.otf"
STAMP=build/stamps/tex

# What the stamp holds: asking TeX itself for its files takes too long to do at every start.
state() { printf '%s|' "$(command -v xelatex)" "$(command -v latexmk)" $FILES; }

up_to_date() {
    [ -f "$STAMP" ] && read -r known <"$STAMP" && [ "$known" = "$(state)" ]
}

# The commands and files that are not there, in one line.
missing() {
    for name in xelatex latexmk bibtex kpsewhich; do
        command -v "$name" >/dev/null || printf '%s ' "$name"
    done
    command -v kpsewhich >/dev/null || return 0
    for name in $FILES; do
        kpsewhich "$name" >/dev/null || printf '%s ' "$name"
    done
    # The last thing that the installation makes: absent when it was cut short.
    kpsewhich -engine=xetex xelatex.fmt >/dev/null || printf 'xelatex.fmt '
}

stamp() {
    mkdir -p build/stamps
    say "$(state)" >"$STAMP.$$" && mv "$STAMP.$$" "$STAMP"
}

advise() {
    warn "TeX is incomplete (missing: $1); everything but paper.pdf will be built."
    warn "To get it: $(scripts/apt.sh --command $PACKAGES)"
}

up_to_date && exit
lacking=$(missing)
if [ -n "$lacking" ]; then
    scripts/apt.sh $PACKAGES || true
    lacking=$(missing)
fi
if [ -n "$lacking" ]; then advise "${lacking% }"; else stamp; fi
