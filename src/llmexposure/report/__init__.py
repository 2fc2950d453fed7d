"""From results to print: the results record, figures, tables and LaTeX."""
