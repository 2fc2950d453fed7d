"""Cells of postings in the terms of the contract, and rows judged: usable, or quarantined with a reason.

One module a kind of cell (`text`, `requirements`, `salary`, `dates`, and numbers in `wordings`); `validation`
applies them to a batch, `summary` accounts for a whole address.
"""
