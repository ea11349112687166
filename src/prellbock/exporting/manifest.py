"""What stands beside the files of a run: their names, sizes, checksums and what range they hold. It is written last."""

import msgspec

from prellbock.store.exports import Type

SCHEMA = 1
SUFFIX = ".manifest.json"
MOST_KEPT = 262_144
"""Octets of a manifest that is kept with its run, too: that of about a thousand files."""


class File(msgspec.Struct, frozen=True, kw_only=True):
    """One file."""

    name: str
    size: int
    """Octets."""
    sha256: str
    """Hexadecimal."""
    rows: int
    first: int
    last: int
    """Sequence numbers of the first and the last row."""


class Range(msgspec.Struct, frozen=True):
    """Everything after ``after``, up to ``until``, which is where the next incremental run goes on."""

    after: int
    until: int


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """One run."""

    schema: int = SCHEMA
    export: str
    what: str
    format: str
    mode: str
    gzip: bool
    made: str
    """RFC 3339; when the run began at first."""
    range: Range
    columns: dict[str, Type]
    rows: int
    bytes: int
    files: list[File]


def encode(manifest: Manifest) -> bytes:
    """For people, too."""
    return msgspec.json.format(msgspec.json.encode(manifest), indent=2) + b"\n"


def decode(octets: bytes | str) -> Manifest:
    """Raises `msgspec.MsgspecError`."""
    return msgspec.json.decode(octets, type=Manifest)
