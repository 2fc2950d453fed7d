"""``python -m llmexposure`` is the command ``llmexposure``."""

from llmexposure.cli import main

if __name__ == "__main__":
    main(prog_name="llmexposure")
