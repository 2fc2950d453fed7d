"""The five relationships on a panel of postings, simulated or a user's own."""
