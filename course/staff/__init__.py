"""What a lecturer runs: keys, export, grading, the deck. Students do not get it."""
