"""Errors that a person can act on: one message, no traceback at the command line."""

import unicodedata

# Control characters, marks that turn the direction of writing, halves of surrogate pairs.
_UNSEEN = ("Cc", "Cf", "Cs")


def visible(text: str) -> str:
    r"""Text without what would move a cursor, colour a terminal or turn the direction of writing.

    Line ends and tabs stay.

    Examples
    --------
    >>> print(visible("a\x1b[31mb"))
    a\x1b[31mb
    """
    return "".join(
        c.encode("unicode_escape").decode()
        if c not in "\n\t" and unicodedata.category(c) in _UNSEEN
        else c
        for c in text
    )


def one_line(text: str) -> str:
    r"""`visible` text in which line ends and tabs are written out too.

    Examples
    --------
    >>> print(one_line("a\nb"))
    a\nb
    """
    return visible(text).replace("\n", "\\n").replace("\t", "\\t")


# What libraries say when the system gives them no memory: some know no MemoryError.
_NO_MEMORY = ("allocate", "failed to map segment", "spawn worker thread", "start new thread")


def lacks_memory(error: BaseException) -> bool:
    """Whether an error comes of want of memory.

    Examples
    --------
    >>> lacks_memory(MemoryError()), lacks_memory(ValueError("memory"))
    (True, False)
    """
    # A panic of polars is a BaseException, whose class is not public.
    told = isinstance(error, ImportError | RuntimeError) or type(error).__name__ == "PanicException"
    return isinstance(error, MemoryError) or (
        told and any(words in str(error) for words in _NO_MEMORY)
    )


class ProjectError(Exception):
    """Something the user can mend. The message names the place, what was expected, what to do."""

    def __str__(self) -> str:
        """Message; names and cells of other people's files stand in it, so it is made visible."""
        return visible(super().__str__())

    def _render_traceback_(self) -> list[str]:
        """What a notebook shows: IPython asks for it instead of a trace through the library."""
        return [f"{type(self).__name__}: {self}"]


class SourceError(ProjectError):
    """An upstream file is missing, unreachable or not the file that was registered."""


class DataError(ProjectError):
    """A table breaks its contract; the message names file, column, row and value."""


class ParameterError(ProjectError):
    """A notebook parameter is unknown, of the wrong type or out of range."""


class BuildError(ProjectError):
    """A step of the build failed; earlier outputs are left as they were."""
