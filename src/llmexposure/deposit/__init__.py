"""An archive for a repository of research data, checked by rebuilding from it."""
