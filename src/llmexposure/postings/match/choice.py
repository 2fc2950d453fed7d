"""Which matcher a run uses, and what is to be put on record of it."""

import hashlib
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from llmexposure.base.errors import ParameterError
from llmexposure.base.files import sha256_of
from llmexposure.postings.match.chinese import AD_SHARES, LEXICON, chinese_matcher, read_lexicon
from llmexposure.postings.match.embedding import (
    ENGLISH_MODEL,
    MULTILINGUAL_MODEL,
    EmbeddingMatcher,
    folder_of,
)
from llmexposure.postings.match.english import STATEMENTS, onet_matcher
from llmexposure.postings.match.lexical import Matcher
from llmexposure.report.tables import load

MATCHERS = ("lexical", "embeddings")
DEVICES = ("cpu", "cuda")
_PACKAGES = ("sentence-transformers", "torch", "transformers")


@dataclass(frozen=True)
class Choice:
    """A matcher and its options.

    Attributes
    ----------
    matcher
        'lexical' (words and terms) or 'embeddings' (sentence embeddings).
    model
        With embeddings: name of a sentence-transformers model, or its folder; None for the default of
        the languages.
    device
        With embeddings: 'cpu' or 'cuda'.

    Examples
    --------
    >>> Choice("embeddings").model_for("en")
    'sentence-transformers/all-MiniLM-L6-v2'
    """

    matcher: str = "lexical"
    model: str | None = None
    device: str = "cpu"

    def __post_init__(self) -> None:
        for what, value, known in (
            ("matcher", self.matcher, MATCHERS),
            ("device", self.device, DEVICES),
        ):
            if value not in known:
                raise ParameterError(
                    f"{what} is {value!r}; expected {' or '.join(map(repr, known))}"
                )
        if self.matcher == "lexical" and (self.model is not None or self.device != "cpu"):
            raise ParameterError(
                "model and device go with the matcher 'embeddings'; leave them out, or choose that"
            )

    def model_for(self, language: str) -> str:
        """Model of a run in 'zh', 'en' or 'auto' (both): the one given, or the default."""
        return self.model or (ENGLISH_MODEL if language == "en" else MULTILINGUAL_MODEL)

    def build(self, language: str, model: str, k: int) -> Matcher:
        """Matcher of the texts in 'zh' or 'en', with at most ``k`` activities a text.

        Raises
        ------
        ParameterError
            With embeddings: if the packages are not installed or the model cannot be loaded.
        """
        # One thread: the cores are shared out among processes.
        if self.matcher == "lexical":
            make = chinese_matcher if language == "zh" else onet_matcher
            return make(k=k, threads=1)
        table, column = (
            (read_lexicon(), "title_zh") if language == "zh" else (load(STATEMENTS[0]), "dwa_title")
        )
        return EmbeddingMatcher(table.set_index("dwa_id")[column], model, k=k, device=self.device)

    def tables(self, language: str) -> tuple[str, ...]:
        """Committed tables that the matcher of a language is made of."""
        if self.matcher == "lexical":
            return (LEXICON, AD_SHARES) if language == "zh" else STATEMENTS
        return (LEXICON,) if language == "zh" else STATEMENTS[:1]

    def identity(self, language: str) -> dict[str, Any]:
        """What tells this matcher from others: no path, but the content of a model that is a folder.

        Returns
        -------
        dict
            ``name``; with embeddings also ``model``, ``sha256`` (of all its files; None where the hub
            keeps them), ``device`` and ``versions``.
        """
        if self.matcher == "lexical":
            return {"name": self.matcher}
        model = self.model_for(language)
        folder = folder_of(model)
        return {
            "name": self.matcher,
            "model": Path(model).name if Path(model).is_dir() else model,
            "sha256": _sha256_of_files(folder) if folder else None,
            "device": self.device,
            "versions": {name: _version(name) for name in _PACKAGES},
        }


def _sha256_of_files(folder: Path) -> str:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    lines = [f"{path.relative_to(folder).as_posix()} {sha256_of(path)}" for path in files]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None
