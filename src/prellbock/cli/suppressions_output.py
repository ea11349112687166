"""The suppression list as NDJSON, CSV or Parquet."""

import csv
import io
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, BinaryIO

import msgspec

from prellbock.store.contract import Withheld
from prellbock.withholding import FIELDS, entry_of

_encode = msgspec.json.Encoder().encode_lines
_ROWS = 20_000
"""Lines that are put together before they are written."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write_ndjson(entries: Iterable[Withheld], out: BinaryIO) -> None:
    """One JSON object a line."""
    for part in _parts(entries):
        out.write(_encode([entry_of(entry) for entry in part]))


def write_csv(entries: Iterable[Withheld], out: BinaryIO) -> None:
    """RFC 4180 with a header line. A cell that a spreadsheet would run as a formula gets an apostrophe before it."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(FIELDS)
    for part in _parts(entries):
        for entry in part:
            writer.writerow([_cell(value) for value in msgspec.structs.astuple(entry_of(entry))])
        out.write(text.getvalue().encode())
        text.seek(0)
        text.truncate()
    out.write(text.getvalue().encode())


def _cell(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def write_parquet(entries: Iterable[Withheld], out: BinaryIO) -> None:
    """Parquet with the columns of the other forms; times are timestamps in milliseconds UTC."""
    import pyarrow as pa
    from pyarrow import parquet

    moment = pa.timestamp("ms", tz="UTC")
    types = {"seq": pa.int64(), "decision": pa.int64(), "since": moment, "until": moment}
    schema = pa.schema([(name, types.get(name, pa.string())) for name in FIELDS])
    with parquet.ParquetWriter(_Counting(out), schema, compression="zstd") as writer:
        for part in _parts(entries):
            columns = [[_value(entry, name) for entry in part] for name in FIELDS]
            arrays = [
                pa.array(column, type=schema.field(name).type) for name, column in zip(FIELDS, columns, strict=True)
            ]
            writer.write_table(pa.Table.from_arrays(arrays, schema=schema))


def _value(entry: Withheld, name: str) -> object:
    value: object = getattr(entry, name)
    return int(value * 1000) if name in ("since", "until") and isinstance(value, float) else value


def _parts(entries: Iterable[Withheld]) -> Iterator[list[Withheld]]:
    each = iter(entries)
    while part := list(islice(each, _ROWS)):
        yield part


class _Counting(io.RawIOBase):
    """A pipe that can say how much went into it, which is all that a writer of Parquet asks of a file."""

    def __init__(self, out: BinaryIO) -> None:
        self._out, self._at = out, 0

    def writable(self) -> bool:
        return True

    def write(self, octets: Any) -> int:
        size = memoryview(octets).nbytes
        self._out.write(octets)
        self._at += size
        return size

    def tell(self) -> int:
        return self._at

    def flush(self) -> None:
        self._out.flush()


WRITERS = {"ndjson": write_ndjson, "csv": write_csv, "parquet": write_parquet}
