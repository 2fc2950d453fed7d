"""How well a matcher finds O*NET's own links, on occupations that it has not seen.

Every task that O*NET links to activities is a text with known answers. Occupations are hashed into
folds by their six-digit SOC code; the tasks of a fold are matched by a matcher built without any task
of the fold and without any other task of the same wording. Three things are measured together
because one alone misleads:

- recall@k: share of tasks with at least one linked activity among the k most similar.
- index correlation: over occupations, of the matched index (mean exposure of the occupation's tasks)
  with the true one (mean rating over its links).
- attenuation: slope of the matched index on the true one; 1 would be no compression.

The placebo gives each task the match of another task drawn at random: it keeps which activities are
matched how often, and loses the text.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import scipy.sparse as sp

from llmexposure.base.errors import DataError
from llmexposure.base.estimate import Estimate
from llmexposure.data.readers.onet import Statements
from llmexposure.estimation.proportion import proportion
from llmexposure.postings.match.english import activity_documents, english_matcher
from llmexposure.postings.match.lexical import Matcher, ranked
from llmexposure.postings.match.weights import score, weights

KS = (1, 5, 10)
FOLDS = 5
Build = Callable[[pd.Series], Matcher]


@dataclass(frozen=True)
class Accuracy:
    """Accuracy of one matcher.

    Attributes
    ----------
    recall : dict
        Share of tasks with any linked activity among the first 1, 5, 10.
    link_recall : dict
        Share of links found among the first 1, 5, 10 of their task: stricter, as a task has 1.3.
    index_r : float
        Correlation of matched and true occupation index.
    attenuation, intercept : float
        matched = intercept + attenuation * true, least squares over occupations.
    n_tasks, n_occupations, n_unmatched : int
        Tasks, occupations with both indices, tasks that matched nothing.
    """

    recall: dict[int, float]
    link_recall: dict[int, float]
    index_r: float
    attenuation: float
    intercept: float
    n_tasks: int
    n_occupations: int
    n_unmatched: int


def fold_of(onet_soc: pd.Series, folds: int = FOLDS) -> pd.Series:
    """Fold of each occupation: a hash of its six-digit code, so detailed siblings stay together.

    Examples
    --------
    >>> import pandas as pd
    >>> fold_of(pd.Series(["15-1252.00", "15-1252.01"])).nunique()
    1
    """
    codes = onet_soc.str[:7]
    hashes = {
        c: int(hashlib.sha256(c.encode()).hexdigest()[:8], 16) % folds for c in codes.unique()
    }
    return codes.map(hashes).rename("fold")


def out_of_fold(
    statements: Statements, build: Build = english_matcher, folds: int = FOLDS
) -> sp.csr_matrix:
    """Match every task by a matcher that has seen nothing of its occupation's fold.

    Parameters
    ----------
    statements : Statements
    build : callable
        From activity documents (Series of str by ``dwa_id``) to a `Matcher`.

    Returns
    -------
    csr_matrix, shape (tasks, activities)
        Rows in the order of ``statements.tasks``, columns by sorted activity id.
    """
    found, rows = [], []
    for test, train in _splits(statements, folds):
        documents = activity_documents(statements.activities, statements.links, train)
        found.append(build(documents).match(test["task"].tolist()))
        rows.append(test.index.to_numpy())
    order = np.argsort(np.concatenate(rows), kind="stable")
    return sp.vstack(found, format="csr")[order]


def measure(
    match: sp.csr_matrix, statements: Statements, ratings: np.ndarray, ks: tuple[int, ...] = KS
) -> Accuracy:
    """Accuracy of the matches of all tasks.

    Parameters
    ----------
    match : csr_matrix, shape (tasks, activities)
        From `out_of_fold`.
    ratings : array, shape (activities,)
        One rating, sorted by activity id; NaN where missing.
    """
    hits, n_links = _hits(match, statements, max(ks))
    indices = occupation_indices(match, statements, ratings).dropna()
    slope, intercept = line(indices["true"], indices["matched"])
    return Accuracy(
        {k: float(hits[:, :k].any(axis=1).mean()) for k in ks},
        {k: float(hits[:, :k].sum() / n_links) for k in ks},
        float(indices["true"].corr(indices["matched"])),
        slope,
        intercept,
        len(hits),
        len(indices),
        int((np.diff(match.indptr) == 0).sum()),
    )


def placebo(match: sp.csr_matrix, seed: int) -> sp.csr_matrix:
    """The same matches, given to tasks at random."""
    return match[np.random.default_rng(seed).permutation(match.shape[0])]


def occupation_indices(
    match: sp.csr_matrix, statements: Statements, ratings: np.ndarray
) -> pd.DataFrame:
    """``true`` and ``matched`` index by ``onet_soc``; NaN where an occupation has none."""
    tasks = statements.tasks
    matched = pd.Series(score(weights(match), ratings), index=tasks.index)
    rating = pd.Series(ratings, index=_activity_ids(statements))
    linked = statements.links.merge(tasks[["task_id", "onet_soc"]], on="task_id")
    true = linked["dwa_id"].map(rating).groupby(linked["onet_soc"]).mean()
    return pd.DataFrame({"true": true, "matched": matched.groupby(tasks["onet_soc"]).mean()})


def line(true: pd.Series, matched: pd.Series) -> tuple[float, float]:
    """Slope and intercept of ``matched`` on ``true``, least squares."""
    if len(true) < 3 or true.nunique() < 2:
        raise DataError(f"attenuation line: {len(true)} occupations, expected 3 that differ")
    slope, intercept = np.polyfit(true, matched, 1)
    return float(slope), float(intercept)


def _splits(statements: Statements, folds: int) -> Iterator[tuple[pd.DataFrame, pd.DataFrame]]:
    """Test and training tasks of each fold that has tasks."""
    tasks = statements.tasks
    fold = fold_of(tasks["onet_soc"], folds)
    for number in sorted(fold.unique()):
        test = tasks[fold == number]
        yield test, tasks[(fold != number) & ~tasks["task"].isin(test["task"])]


def _hits(match: sp.csr_matrix, statements: Statements, k: int) -> tuple[np.ndarray, int]:
    """Whether the activity at each rank is linked to the task, (tasks, k); number of links."""
    tasks, ids = statements.tasks, _activity_ids(statements)
    row = pd.Series(np.arange(len(tasks)), index=tasks["task_id"])
    links = statements.links[statements.links["task_id"].isin(tasks["task_id"])]
    pairs = links["task_id"].map(row) * len(ids) + ids.get_indexer(links["dwa_id"])
    _, columns = ranked(match, k)
    found = np.arange(len(tasks))[:, None] * len(ids) + columns
    return np.isin(found, pairs.to_numpy()) & (columns >= 0), len(links)


def _activity_ids(statements: Statements) -> pd.Index:
    return pd.Index(sorted(statements.activities["dwa_id"]))


def recall_at(first_rank: pd.Series, k: int) -> Estimate:
    """Share of texts with a right activity among the first ``k``; Wilson 95% interval.

    Parameters
    ----------
    first_rank
        Rank of the first right activity, missing when none is among those kept.

    Raises
    ------
    DataError
        Without texts.

    Examples
    --------
    >>> recall_at(pd.Series([1.0, 3.0, None, 8.0]), 5).value
    0.5
    """
    return proportion(first_rank <= k)


def recall_curve(first_rank: pd.Series, ks: Sequence[int] = range(1, 11)) -> pd.Series:
    """Recall at each k."""
    return pd.Series({k: float((first_rank <= k).mean()) for k in ks}, name="recall")
