"""Options that every command has which reads postings."""

from pathlib import Path

import click

FILE = click.Path(dir_okay=False, path_type=Path)
LANGUAGES = ("auto", "zh", "en")

columns = click.option(
    "--columns", type=FILE, help='Mapping file: lines such as title = "职位名称".'
)
encoding = click.option(
    "--encoding",
    default="auto",
    show_default=True,
    help="Of text files: auto (UTF-8, UTF-16 or GB18030), or a codec of Python.",
)
language = click.option(
    "--language",
    type=click.Choice(LANGUAGES),
    default="auto",
    show_default=True,
    help="Of the postings; auto looks at the characters of each.",
)
