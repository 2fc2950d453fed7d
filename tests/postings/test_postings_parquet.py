"""Parquet that other programs wrote amiss: every row is accounted for, or there is one message."""

import decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from llmexposure.base.errors import DataError
from llmexposure.postings.clean.summary import validate_file
from llmexposure.postings.clean.validation import validated_batches

N = 3
TEXTS = {name: [f"{name} {i}" for i in range(N)] for name in ("id", "title", "description")}


def write(path: Path, **columns: pa.Array) -> Path:
    pq.write_table(pa.table({**TEXTS, **columns}), path)
    return path


def as_text(*cells: bytes) -> pa.Array:
    """Strings of Arrow over any bytes."""
    raw = pa.array(cells, pa.binary())
    return pa.StringArray.from_buffers(len(raw), raw.buffers()[1], raw.buffers()[2])


@pytest.mark.parametrize("kept", [(), ("note",)])
def test_text_that_is_not_utf8_goes_to_the_quarantine(tmp_path: Path, kept: tuple[str]) -> None:
    city = as_text(b"Wuhan", "北京".encode("gbk"), b"")
    path = write(
        tmp_path / "a.parquet", city=city, note=as_text(b"\xff" if kept else b"", b"", b"")
    )
    (checked,) = validated_batches(path, keep=kept)
    bad = checked.quarantined
    assert bad["reason"].tolist() == ["bad_encoding"] * (1 + len(kept))
    assert bad["row"].tolist()[-1] == 2
    assert r"\udcb1\udcb1\udcbe\udca9" in bad["raw"].tolist()[-1]
    assert len(checked.valid) + len(bad) == N


@pytest.mark.parametrize("name", ["min_years", "date"])
def test_no_column_need_be_utf8(tmp_path: Path, name: str) -> None:
    path = write(tmp_path / "a.parquet", **{name: as_text(b"3", "三年".encode("gbk"), b"")})
    (checked,) = validated_batches(path)
    assert checked.quarantined["reason"].tolist() == ["bad_encoding"]
    assert len(checked.valid) == N - 1


@pytest.mark.parametrize(
    "kind",
    [
        pa.date32(),
        pa.date64(),
        *(pa.timestamp(unit) for unit in ("ms", "us", "ns")),
        *(pa.timestamp(unit, "Asia/Shanghai") for unit in ("ms", "us", "ns")),
    ],
    ids=str,
)
def test_the_ends_of_time_are_noted(tmp_path: Path, kind: pa.DataType) -> None:
    whole = pa.int32() if kind == pa.date32() else pa.int64()
    end = 2 ** (whole.bit_width - 1)
    days = pa.array([end - 1, -end + 1, 0], whole).view(kind)
    path = write(tmp_path / "a.parquet", date=days, id=pa.array(["a", "a", "b"]))
    (checked,) = validated_batches(path, keep=())
    assert checked.notes["date_out_of_range"] == 2
    assert checked.quarantined["reason"].tolist() == ["duplicate_id"]


def test_numbers_of_256_bits_are_read(tmp_path: Path) -> None:
    cells = [decimal.Decimal("9000.00"), None, decimal.Decimal(10) ** 45]
    path = write(tmp_path / "a.parquet", salary_min=pa.array(cells, pa.decimal256(60, 2)))
    (checked,) = validated_batches(path)
    assert checked.valid["salary_min"].fillna(-1).tolist() == [9000, -1, -1]
    assert checked.notes["salary_out_of_range"] == 1


@pytest.mark.parametrize("zone", ["Mars/Phobos", "+25:61"])
def test_an_unknown_zone_is_one_message(tmp_path: Path, zone: str) -> None:
    path = write(tmp_path / "a.parquet", date=pa.array([0] * N, pa.timestamp("s", zone)))
    with pytest.raises(DataError, match="time zone"):
        validate_file(path)


@pytest.mark.parametrize("coded", ["dictionary", "DELTA_BYTE_ARRAY", "PLAIN"])
def test_a_small_file_does_not_fill_the_memory(tmp_path: Path, coded: str) -> None:
    texts = {"id": [str(i) for i in range(4000)], "title": ["Clerk"] * 4000}
    table = pa.table({**texts, "description": ["y" * 300_000] * 4000})
    how = {"use_dictionary": False, "column_encoding": {"description": coded}}
    path = tmp_path / "a.parquet"
    how = {} if coded == "dictionary" else how
    pq.write_table(table, path, store_schema=False, compression="zstd", **how)
    del table
    before, pool = pa.total_allocated_bytes(), pa.default_memory_pool()
    most = [before]
    with pytest.raises(DataError, match="unpacks to far more"):
        most.extend(pool.bytes_allocated() for _ in validated_batches(path))
    assert max(most) - before < 400e6
