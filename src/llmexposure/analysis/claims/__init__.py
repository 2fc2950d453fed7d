"""Claims of the five source documents, and the verdict that the results give on each."""
