"""Rows as CSV, NDJSON or Parquet, written as they come: no more than one batch is held."""

import csv
import gzip
import hashlib
import io
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, BinaryIO, Protocol, cast

import orjson

from prellbock.exporting.cells import guarded
from prellbock.store.exports import COLUMNS, Format, Row, Type, What
from prellbock.times import rfc3339

BATCH = 20_000
"""Rows that are given to a writer at once."""
SUFFIX: dict[Format, str] = {"csv": ".csv", "ndjson": ".ndjson", "parquet": ".parquet"}


class Writes(Protocol):
    """One format."""

    def write(self, rows: Sequence[Row]) -> None:
        """Writes some rows."""
        ...

    def end(self) -> None:
        """Writes what stands at the end."""
        ...


class _Csv:
    """RFC 4180 with a header line; times as RFC 3339."""

    def __init__(self, out: BinaryIO, columns: dict[str, Type]) -> None:
        self._out, self._types = out, tuple(columns.values())
        self._text = io.StringIO(newline="")
        self._writer = csv.writer(self._text, lineterminator="\r\n")
        self._writer.writerow(columns)

    def write(self, rows: Sequence[Row]) -> None:
        self._writer.writerows(
            [_cell(each, type_) for each, type_ in zip(row, self._types, strict=True)] for row in rows
        )
        self._flush()

    def end(self) -> None:
        self._flush()

    def _flush(self) -> None:
        self._out.write(self._text.getvalue().encode(errors="replace"))
        self._text.seek(0)
        self._text.truncate()


def _cell(value: object, type_: Type) -> object:
    if value is None:
        return ""
    if type_ == "time":
        return rfc3339(cast(float, value))
    if type_ == "bool":
        return "true" if value else "false"
    return guarded(value) if isinstance(value, str) else value


class _Ndjson:
    """One JSON object a line; times as RFC 3339."""

    def __init__(self, out: BinaryIO, columns: dict[str, Type]) -> None:
        self._out, self._columns = out, tuple(columns.items())

    def write(self, rows: Sequence[Row]) -> None:
        lines = (
            {name: _json(each, type_) for each, (name, type_) in zip(row, self._columns, strict=True)} for row in rows
        )
        self._out.write(b"".join(orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE) for line in lines))

    def end(self) -> None:
        return


def _json(value: object, type_: Type) -> object:
    if value is None:
        return None
    if type_ == "time":
        return rfc3339(cast(float, value))
    return bool(value) if type_ == "bool" else value


class _Parquet:
    """Parquet, packed with zstd; times as timestamps in milliseconds UTC."""

    def __init__(self, out: BinaryIO, columns: dict[str, Type]) -> None:
        import pyarrow as pa
        from pyarrow import parquet

        types = {"int": pa.int64(), "text": pa.string(), "time": pa.timestamp("ms", tz="UTC"), "bool": pa.bool_()}
        self._types = tuple(columns.values())
        self._schema = pa.schema([(name, types[type_]) for name, type_ in columns.items()])
        self._writer = parquet.ParquetWriter(out, self._schema, compression="zstd")

    def write(self, rows: Sequence[Row]) -> None:
        import pyarrow as pa

        arrays = [
            pa.array([_arrow(each, type_) for each in column], type=field.type)
            for column, type_, field in zip(zip(*rows, strict=True), self._types, self._schema, strict=True)
        ]
        self._writer.write_table(pa.Table.from_arrays(arrays, schema=self._schema))

    def end(self) -> None:
        self._writer.close()


def _arrow(value: object, type_: Type) -> object:
    if value is None:
        return None
    if type_ == "time":
        return int(cast(float, value) * 1000)
    return bool(value) if type_ == "bool" else value


_WRITERS: dict[Format, type[_Csv | _Ndjson | _Parquet]] = {"csv": _Csv, "ndjson": _Ndjson, "parquet": _Parquet}


class _Counted(io.RawIOBase):
    """A file that knows how much was written, and its checksum."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("wb")
        self.size, self.digest = 0, hashlib.sha256()

    def writable(self) -> bool:
        return True

    def write(self, octets: Any) -> int:
        self._file.write(octets)
        self.digest.update(octets)
        size = memoryview(octets).nbytes
        self.size += size
        return size

    def tell(self) -> int:
        return self.size

    def flush(self) -> None:
        if not self._file.closed:
            self._file.flush()

    def close(self) -> None:
        if not self._file.closed:
            try:
                self._file.flush()
                os.fsync(self._file.fileno())
            finally:
                self._file.close()
        super().close()


class Part:
    """A file that is being written; durable once it is closed. Raises `OSError`."""

    def __init__(self, path: Path, what: What, format_: Format, *, packed: bool) -> None:
        self.path, self.rows = path, 0
        self.first = self.last = 0
        """Sequence numbers of the first and the last row."""
        self._counted = _Counted(path)
        self._packed: gzip.GzipFile | None = None
        if packed and format_ != "parquet":
            # Without name and time, the same rows are the same octets.
            self._packed = gzip.GzipFile("", "wb", 6, cast(BinaryIO, self._counted), mtime=0)
        out = cast(BinaryIO, self._packed or self._counted)
        self._writer: Writes = _WRITERS[format_](out, COLUMNS[what])

    def write(self, rows: Sequence[Row]) -> None:
        """Some rows, at least one."""
        self._writer.write(rows)
        if not self.rows:
            self.first = cast(int, rows[0][0])
        self.last = cast(int, rows[-1][0])
        self.rows += len(rows)

    def end(self) -> tuple[int, str]:
        """Size and SHA-256 of the whole file."""
        self._writer.end()
        self.close()
        return self._counted.size, self._counted.digest.hexdigest()

    def close(self) -> None:
        """Also where it is not finished."""
        if self._packed is not None:
            self._packed.close()
        self._counted.close()
