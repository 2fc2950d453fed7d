"""What a notebook talks to, and what it leaves behind: the record, figures, tables, LaTeX."""
