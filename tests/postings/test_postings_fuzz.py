"""Files with bytes changed by chance: each row is accounted for, or there is one message.

``make test ARGS="--slow tests/postings/test_postings_fuzz.py -k many"`` tries two thousand of each format,
which takes ten to twenty minutes on one core.
"""

import gzip
import io
import json
import random
from datetime import date
from decimal import Decimal

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from llmexposure.base.errors import ProjectError
from llmexposure.postings import from_frame, validate_batch, validate_file

ROWS = [
    {
        **{"id": str(n), "title": "工程师" if n % 2 else "Clerk", "city": "北京"},
        **{"description": f"负责后端 {n}, <b>files</b>", "date": date(2024, 1, 1 + n % 28)},
        **{"salary_min": n * 1000, "min_years": n % 5},
    }
    for n in range(40)
]


def text(mark: str, encoding: str) -> bytes:
    heads = [mark.join(ROWS[0])]
    rows = [mark.join(f'"{cell}"' for cell in row.values()) for row in ROWS]
    return "\r\n".join(heads + rows).encode(encoding)


def parquet(**how: object) -> bytes:
    table = pa.Table.from_pylist(ROWS)
    times = table["date"].cast(pa.timestamp("us", "Asia/Shanghai")).to_pylist()
    pay = pa.array([Decimal(row["salary_min"]) for row in ROWS], pa.decimal256(50, 2))
    table = table.set_column(4, "date", pa.array(times, pa.timestamp("us", "Asia/Shanghai")))
    stream = io.BytesIO()
    pq.write_table(table.append_column("salary_max", pay), stream, **how)
    return stream.getvalue()


LINES = "\n".join(json.dumps(row, default=str, ensure_ascii=False) for row in ROWS).encode()
FILES = {
    "a.csv": text(",", "utf-8"),
    "gbk.csv": text(",", "gb18030"),
    "utf-16.csv": text(",", "utf-16"),
    "a.tsv": text("\t", "utf-8"),
    "a.jsonl": LINES,
    "a.jsonl.gz": gzip.compress(LINES, mtime=0),
    "a.parquet": parquet(compression="none", row_group_size=15),
    "plain.parquet": parquet(compression="none", use_dictionary=False, store_schema=False),
    "zstd.parquet": parquet(compression="zstd", data_page_version="2.0", write_page_index=True),
}


def mutated(data: bytes, chance: random.Random) -> bytes:
    """Bytes changed, taken out, put in, repeated or cut off in one to four places."""
    changed = bytearray(data)
    for _ in range(chance.randint(1, 4)):
        at, length = chance.randrange(len(changed) + 1), chance.randint(1, 8)
        piece = bytes(chance.choice((0, 255, 10, 34, chance.randrange(256))) for _ in range(length))
        match chance.randrange(8):
            case 0:
                del changed[at : at + length]
            case 1:
                changed[at:at] = piece
            case 2:
                changed[at:at] = changed[at : at + 50 * length]
            case 3 if chance.randrange(4) == 0:
                del changed[at:]
            case _:
                changed[at : at + 1] = piece[:1]
    return bytes(changed)


def try_mutations(path, data, numbers):
    for number in numbers:
        path.write_bytes(mutated(data, random.Random(f"{path.name} {number}")))
        try:
            summary = validate_file(path, quarantine=path.with_suffix(".out"))
        except ProjectError:
            continue
        except BaseException as error:
            raise AssertionError(f"mutation {number}") from error
        else:
            assert summary.rows == summary.valid + summary.quarantined, number


@pytest.mark.parametrize("name", FILES)
def test_a_few_mutations(name, tmp_path):
    try_mutations(tmp_path / name, FILES[name], range(30))


@pytest.mark.parametrize("name", FILES)
def test_many_mutations(name, tmp_path):
    try_mutations(tmp_path / name, FILES[name], range(30, 2000))


PIECES = (
    "( ) [ ] 【 】 , ; / | - ~ . : + * % $ € ₹ ¥ k 万 千 元 薪 年 月 天 以上 以下 经验 本科 学历 不限 优先 "
    "Bachelor degree or and in BSc Master's (preferred) required 3 10 12 2024 05 6 13 1,000 3.500 1.5 0 -1 "
    "years months hour per an a to from at least min max OTE bonus DOE lakh LPA mai listopada May Mon T10:00 "
    "Z +08:00 ago on de of 1er mois sur An(s) e+12 1.71e12 1e99999 45418 20240506 1714953600 ½ ٣ Ⅳ ² ３ 10^9"
)
WORDED = ("degree", "experience", "salary", "salary_period", "date", "openings", "currency")


@pytest.mark.parametrize("seed", range(3))
def test_pieces_of_wordings_never_end_the_run(seed):
    chance, pieces = random.Random(seed), PIECES.split()
    cells = [
        "".join(
            chance.choice(pieces) + chance.choice(("", " ")) for _ in range(chance.randint(1, 9))
        )
        for _ in range(200 * len(WORDED))
    ]
    columns = {name: cells[n :: len(WORDED)] for n, name in enumerate(WORDED)}
    valid, _ = validate_batch(
        from_frame(pd.DataFrame({"title": "t", "description": "d", **columns}))
    )
    assert len(valid) == 200
