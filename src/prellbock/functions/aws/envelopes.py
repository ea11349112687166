"""What does a message of the queue point to? Envelopes: objects with thousands of records, of any format we read.

A message is a notification of S3 about new objects, or ``{"bucket": "...", "key": "..."}``. An envelope is copied
into a file, so its size is limited by the disk of the function and not by its memory.
"""

import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import unquote_plus

import msgspec

from prellbock.functions.aws.clients import Clients
from prellbock.sources import registry
from prellbock.sources.batch import Bad, Batch, Make

SPARE_OCTETS = 64 * 1024 * 1024
"""Of the disk, left for the store."""
MOST_NAME = 200
"""Octets of the name of a file; a key may have 1,024."""
_CHUNK = 4 * 1024 * 1024


class PoisonError(Exception):
    """A message that can never be worked on; after some tries it comes to the dead letters."""


class Pointer(msgspec.Struct, frozen=True):
    """Where an envelope lies."""

    bucket: str
    key: str


def pointers(body: str) -> list[Pointer]:
    """The envelopes that a message points to. Raises `PoisonError`."""
    try:
        said: Any = json.loads(body)
        if isinstance(said, dict) and said.get("Event") == "s3:TestEvent":
            return []
        if isinstance(said, dict) and "Records" not in said:
            return [Pointer(str(said["bucket"]), str(said["key"]))]
        return [
            Pointer(str(record["s3"]["bucket"]["name"]), unquote_plus(str(record["s3"]["object"]["key"])))
            for record in said["Records"]
            # A "folder" that somebody made in the console: an object with nothing in it.
            if not record["s3"]["object"]["key"].endswith("/")
        ]
    except (ValueError, KeyError, TypeError) as error:
        raise PoisonError(
            f"the message is neither a notification of S3 nor {{bucket, key}} ({error!r}): {body[:200]}"
        ) from error


@contextmanager
def fetched(pointer: Pointer, clients: Clients) -> Iterator[Path]:
    """The envelope as a file with its own name, which may tell the format.

    Raises `PoisonError` where it is too large.
    """
    with tempfile.TemporaryDirectory(prefix="envelope-") as folder:
        answer = clients.s3.get_object(Bucket=pointer.bucket, Key=pointer.key)
        free = shutil.disk_usage(folder).free - SPARE_OCTETS
        if (size := int(answer.get("ContentLength", 0))) > free:
            raise PoisonError(
                f"s3://{pointer.bucket}/{pointer.key} has {size} octets, and the function has room for {free}: cut it "
                "into several objects, or give the function more ephemeral storage"
            )
        path = Path(folder) / _name(pointer.key)
        with path.open("wb") as file:
            while chunk := answer["Body"].read(_CHUNK):
                file.write(chunk)
        yield path


def _name(key: str) -> str:
    """The last part of a key as the name of a file, which may be shorter; its end tells the format."""
    last = key.rsplit("/", 1)[-1].replace("\0", "_")
    name = last.encode()[-MOST_NAME:].decode("utf-8", "ignore")
    return name if name.strip(".") else "envelope"


def batches(path: Path, pointer: Pointer, now: float, make: Make | None = None) -> Iterator[Batch]:
    """What stands in it; places are named by the object, not by the file."""
    name = f"s3://{pointer.bucket}/{pointer.key}"
    logs = registry.LogOptions()
    for batch in registry.read(str(path), "auto", now, None, logs, make=make):
        yield msgspec.structs.replace(
            batch,
            source=batch.source.replace(str(path), name),
            bad=[Bad(bad.place.replace(str(path), name), bad.what) for bad in batch.bad],
        )
