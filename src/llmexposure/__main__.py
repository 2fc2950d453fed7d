"""``python -m llmexposure`` is the command ``llmexposure``."""

from llmexposure.cli import main

main()
