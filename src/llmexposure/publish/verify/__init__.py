"""Verification: a rebuild in a clean copy, compared with the committed record.

`compare` and `files` are pure comparisons, `verdict` sums them up, `causes` says what changed; `rebuild`
does the work, `quick` checks the record against itself, `reproduce` rebuilds under other circumstances.
The page for data editors is ``docs/how-to/verify.md``.
"""
