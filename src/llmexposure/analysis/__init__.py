"""One module or folder a notebook: its numbers and its figures."""
