"""How many bad-input cases there are, by kind: each is one file, value or name that must not get through."""

import test_deposit_archive
import test_hostile_archives as archives
import test_hostile_json as texts
import test_hostile_latex as latex
import test_hostile_markdown as markdown
import test_hostile_paths as paths
import test_hostile_pickle as pickles
import test_hostile_shell as shell
import test_hostile_spreadsheet as spreadsheet
import test_postings_malformed as malformed

CASES = {
    "LaTeX": (latex.TEXTS, latex.FIELDS, latex.KEYS),
    "spreadsheets": (spreadsheet.CELLS,),
    "shell and terminal": (shell.WORDS, shell.SEEN),
    "Markdown and HTML": (markdown.TEXTS, markdown.PAGES),
    "paths": (paths.REGISTERED, paths.MIRRORED, paths.ADDRESSES, paths.SPECIAL, paths.NAMES),
    "secrets in addresses": (paths.SECRETS,),
    "pickles": (pickles.KINDS, pickles.READERS, pickles.PARQUET),
    "archives": (archives.BOMBS, archives.GIVEN, archives.DEPOSITS, test_deposit_archive.HOSTILE),
    "workbooks": (archives.TRAPS, archives.NO_BOOK),
    "JSON": (texts.JSON, texts.PLACES, texts.BODIES, texts.CONTENTS, texts.ANSWERS, texts.LINES),
    "TOML": (texts.TOML, texts.VALUES, texts.MAPPINGS),
    "postings": ([case.name for case in malformed.CASES],),
}  # fmt: skip


def test_there_are_many_and_no_table_has_one_twice():
    counts = {kind: sum(map(len, tables)) for kind, tables in CASES.items()}
    assert all(len(set(table)) == len(table) for kind in CASES for table in CASES[kind]
               if kind != "postings")  # fmt: skip
    assert min(counts.values()) >= 5
    assert sum(counts.values()) >= 400
