"""How the committed tables of ``data/analysis`` follow from upstream files and postings."""
