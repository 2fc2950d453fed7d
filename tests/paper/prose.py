"""The paper's own words: LaTeX taken away, so that typed numbers and words of direction show."""

import re

# Commands whose arguments are names, not words.
_NAMES = (
    r"\\(?:result|resultci|scope|label|ref|eqref|cite\w*|input|includegraphics|begin|end|texttt|url)"
    r"(?:\[[^\]]*\])*\{[^{}]*\}"
)
_SAYS = re.compile(r"\\says\{([^{}]*)\}\{[^{}]*\}\{[^{}]*\}")
_EXHIBIT = re.compile(r"\\paper(?:figure|table|longtable)(?:\[[^\]]*\])?\{\w+\}")


def words(text: str, *, keep_says: bool = False) -> str:
    """LaTeX text without comments, keys, labels, citations and formatting.

    ``keep_says`` keeps the words of ``\\says`` (they are tied to results and drop out otherwise).
    """
    text = re.sub(r"(?<!\\)%.*", "", text)
    text = _SAYS.sub(r"\1" if keep_says else " ", text)
    text = re.sub(_NAMES, " ", text)
    text = _EXHIBIT.sub(" ", text)
    text = re.sub(r"\\(?:newline|quad|allowbreak|par)\b|\\\\", " ", text)
    return re.sub(r"\\[a-zA-Z]+\*?", " ", text)


def sentences(text: str) -> list[str]:
    """Sentences of stripped text, white space folded."""
    folded = re.sub(r"\s+", " ", text)
    return [s.strip() for s in re.split(r"(?<=[.?!])\s+(?=[A-Z\\(])", folded) if s.strip()]


_READ = (  # what a reader sees in the place of a command
    (r"(?<!\\)%.*", ""),
    (r"\\begin\{(equation|tabular|center|align)\*?\}.*?\\end\{\1\*?\}", " "),
    (r"\\(?:label|scope|input|InputIfFileExists|documentsbeside|setcounter)(?:\{[^{}]*\})+", " "),
    (r"\\resultci\{[^{}]*\}", "[0 0]"),
    (r"\\result(?:\[[^\]]*\])?\{[^{}]*\}", "0"),
    (r"\\(?:eq)?ref\{[^{}]*\}", "A1"),
    (r"\\citet\{[^{}]*\}", "Someone (2020)"),
    (r"\\cite\w*(?:\[[^\]]*\])*\{[^{}]*\}", "Someone 2020"),
    (r"\\paper(?:figure|table|longtable)(?:\[[^\]]*\])?\{\w+\}\{", "\n\n"),
    (r"\\paragraph\{([^{}]*)\}", r"\n\n\1\n\n"),
    (r"\\(?:sub)*section\*?\{([^{}]*)\}", r"\n\n\1.\n\n"),
    (r"\\(?:item|par|begin\{\w+\}|end\{\w+\}|noindent|smallskip|medskip|clearpage)", "\n\n"),
    (r"\\emph\{([^{}]*)\}|\\text\w+\{([^{}]*)\}", r"\1\2"),
    (r"\\\\|\\[,;!]", " "),
    (r"\\([%&$#_])", r"\1"),
    (r"\\[a-zA-Z]+\*?", " "),
    (r"[${}~]", " "),
)
_END = re.compile(r"(?<=[.?!])(?<!St\.)\s+(?=[A-Z`(0-9])|(?<=[。！？])")


def prose(text: str) -> list[str]:
    """Sentences as they are read: a number is ``0``, an interval two of them, a key nothing."""
    text = re.sub(r"(?<!\\)%.*", "", text)
    text = _SAYS.sub(r"\1", text)
    for pattern, by in _READ:
        text = re.sub(pattern, by, text, flags=re.S if "begin" in pattern else 0)
    blocks = re.split(r"\n\s*\n", text)
    found = [re.sub(r"\s+", " ", s).strip() for block in blocks for s in _END.split(block)]
    return [
        re.sub(r" ([,.;:)])", r"\1", s).replace("( ", "(") for s in found if re.search(r"\w", s)
    ]


def statistics(sentence: str) -> int:
    """Parentheses of a sentence that hold a number of the record, and intervals outside them."""
    inside = re.findall(r"\(([^()]*)\)", sentence)
    bare = re.sub(r"\([^()]*\)", "", sentence)
    return bare.count("[0 0]") + sum(bool(re.search(r"(?<![\w.])0(?![\w.])", s)) for s in inside)
