"""The build: notebooks through papermill, then the paper, each step only when its inputs changed."""
