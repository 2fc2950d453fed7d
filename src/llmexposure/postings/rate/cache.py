"""Answers on disk: one JSON line each, only ever appended, on the disk before the next is counted.

A line is written whole and synced, so a killed run loses at most the answers under way. What a kill
leaves of an unfinished last line is removed when the file is opened again.
"""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from llmexposure.base.errors import DataError
from llmexposure.base.project import shown
from llmexposure.postings.rate.questions import LEVELS

try:
    import fcntl
except ImportError:  # not a Unix: two runs on one cache are then the user's to avoid
    fcntl = None

_START = b'{"key": "'


@dataclass(frozen=True)
class Answer:
    """One answer that was paid for: with a level, or with the problem that makes it unusable."""

    key: str
    model: str
    dwa_id: str
    repeat: int
    temperature: float
    host: str
    prompt: str
    format: str
    level: str | None
    reason: str | None
    problem: str | None
    text: str | None
    tokens_in: int | None
    tokens_out: int | None
    created: int | None
    model_reported: str | None


Answers = dict[str, list[Answer]]


def read_answers(path: Path) -> Answers:
    """Cached answers by key, in the order in which they came; none if there is no such file.

    Raises
    ------
    DataError
        If a line is not an answer: another file, or one that was edited.
    """
    try:
        data = path.read_bytes() if path.exists() else b""
    except OSError as error:
        raise DataError(f"{shown(path)}: cannot be read ({error.strerror})") from None
    return _parsed(data, path)[0]


def usable(answers: list[Answer]) -> Answer | None:
    """First answer with a level: later ones (caches put together) do not change a result."""
    return next((answer for answer in answers if answer.level is not None), None)


class AnswerCache:
    """The file of answers, open for appending; no second run can open it at the same time.

    Examples
    --------
    >>> import tempfile
    >>> with AnswerCache(Path(tempfile.mkdtemp(), "answers.jsonl")) as cache:
    ...     len(cache.answers)
    0
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.answers: Answers = {}

    def __enter__(self) -> Self:
        """Open and lock the file, read it, drop an unfinished last line."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._file = self.path.open("a+b", buffering=0)
        except OSError as error:
            raise self._unwritable(error) from None
        try:
            self._lock()
            self._load()
        except BaseException:
            self._file.close()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        """Close the file, which also frees the lock."""
        self._file.close()

    def of(self, key: str) -> list[Answer]:
        """Answers to one question so far."""
        return self.answers.get(key, [])

    def add(self, answer: Answer) -> None:
        """Put an answer on the disk, then count it."""
        line = json.dumps(asdict(answer), ensure_ascii=False)
        # A lone surrogate has no UTF-8; its backslash escape means the same within JSON.
        data = line.encode("utf-8", "backslashreplace") + b"\n"
        try:
            while data:
                data = data[self._file.write(data) :]
            os.fsync(self._file.fileno())
        except OSError as error:
            raise self._unwritable(error) from None
        self.answers.setdefault(answer.key, []).append(answer)

    def _lock(self) -> None:
        if fcntl is None:
            return
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise DataError(
                f"{shown(self.path)}: another run is using this cache; wait for its end, or give "
                "this run another file with --cache"
            ) from None

    def _load(self) -> None:
        self._file.seek(0)
        data = self._file.read()
        self.answers, complete = _parsed(data, self.path)
        if complete < len(data):
            self._file.truncate(complete)
        elif data and not data.endswith(b"\n"):
            self._file.write(b"\n")

    def _unwritable(self, error: OSError) -> DataError:
        return DataError(f"{shown(self.path)}: cannot be written ({error.strerror})")


def _parsed(data: bytes, path: Path) -> tuple[Answers, int]:
    """Answers, and the number of bytes that they fill: fewer than there are after a kill."""
    answers: Answers = {}
    complete = 0
    for number, line in enumerate(data.splitlines(keepends=True), 1):
        answer = _answer(line)
        if answer is None and line.strip():
            # Only the beginning of an answer, at the very end, is the trace of a kill.
            if not line.endswith(b"\n") and line[: len(_START)] == _START[: len(line)]:
                break
            raise DataError(
                f"{shown(path)}, line {number}: found {line[:40]!r}, expected an answer of an "
                "earlier run; name another file with --cache, or remove the line"
            )
        if answer is not None:
            answers.setdefault(answer.key, []).append(answer)
        complete += len(line)
    return answers, complete


def _answer(line: bytes) -> Answer | None:
    """Answer on a line, None where it holds none."""
    try:
        cells = json.loads(line)
        answer = Answer(**cells)
    except (ValueError, TypeError, RecursionError):
        return None
    # Exactly one of the two, or the line could count as both an answer and a failure.
    settled = (answer.level in LEVELS) != (answer.problem is not None)
    return answer if settled and isinstance(answer.key, str) else None
