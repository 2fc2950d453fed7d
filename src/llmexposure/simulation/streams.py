"""Random numbers by address: any block of rows can be drawn on its own, in any order.

Philox (Salmon et al. 2011) is a counter-based generator: the key is (seed, block), the upper word
of the counter names the purpose. So neither the size of a batch nor the draws for another purpose
change what a row gets.
"""

import numpy as np

from llmexposure.base.errors import ParameterError

# Rows that share a key. Changing it changes every simulation.
BLOCK = 16_384
MAX_SEED = 2**63 - 1

# Fixed for good: a new purpose takes a new number.
_PURPOSES = {
    name: number
    for number, name in enumerate(
        (
            "month",
            "day",
            "role",
            "city",
            "activity",
            "count",
            "degree",
            "degree_level",
            "years",
            "years_level",
            "salary",
            "band",
            "openings",
            "applications",
            "remote",
            "title",
            "term",
            "phrase",
        )
    )
}


def check_seed(seed: int) -> int:
    """The seed, if it is a whole number from 0 to 2**63 - 1.

    Raises
    ------
    ParameterError
        If it is not.
    """
    whole = isinstance(seed, int | np.integer) and not isinstance(seed, bool)
    if not whole or not 0 <= seed <= MAX_SEED:
        raise ParameterError(f"seed is {seed!r}, expected a whole number from 0 to {MAX_SEED}")
    return int(seed)


def uniform(seed: int, block: int, purpose: str, *shape: int) -> np.ndarray:
    """Uniform numbers in [0, 1) for the ``BLOCK`` rows of a block.

    Parameters
    ----------
    shape
        Numbers for each row; none for one number a row.

    Returns
    -------
    numpy.ndarray
        Shape ``(*shape, BLOCK)``.

    Examples
    --------
    >>> bool((uniform(1, 0, "city") == uniform(1, 0, "city")).all())
    True
    """
    counter = np.array([0, 0, 0, _PURPOSES[purpose]], dtype=np.uint64)
    key = np.array([seed, block], dtype=np.uint64)
    return np.random.Generator(np.random.Philox(key=key, counter=counter)).random((*shape, BLOCK))


class Categorical:
    """Draws from many distributions over the same outcomes at once.

    Parameters
    ----------
    probabilities
        Groups by outcomes, each row non-negative with a positive sum.
    """

    def __init__(self, probabilities: np.ndarray) -> None:
        groups, self._width = probabilities.shape
        cumulative = probabilities.cumsum(axis=1)
        cumulative /= cumulative[:, -1:]
        # Group g lives on [g, g + 1): one sorted array serves all groups.
        self._edges = (cumulative + np.arange(groups)[:, None]).ravel()
        # Rounding of u + g must not reach an outcome of probability zero, nor the next group.
        self._last = self._width - 1 - (probabilities[:, ::-1] > 0).argmax(axis=1)

    def draw(self, group: np.ndarray, u: np.ndarray) -> np.ndarray:
        """Outcome of each row, int64, by inversion of its group's distribution.

        Examples
        --------
        >>> coin = Categorical(np.array([[0.5, 0.5], [0.0, 1.0]]))
        >>> coin.draw(np.array([0, 0, 1]), np.array([0.2, 0.7, 0.0])).tolist()
        [0, 1, 1]
        """
        place = np.searchsorted(self._edges, u + group, side="right") - group * self._width
        return np.minimum(place, self._last[group])
