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
