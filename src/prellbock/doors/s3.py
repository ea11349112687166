"""Amazon S3: reads the objects below a prefix; what is stored is then deleted, or remembered.

Objects are the envelopes of many events, or mails as SES receives them. What was kept is known by short hashes of
key and ETag, of those that still lie there; so let a lifecycle rule of the bucket empty the prefix, or use
``after = "delete"``.
"""

import hashlib
import io
import tempfile
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO, cast

import msgspec

from prellbock.doors.aws import client, in_words
from prellbock.doors.keeper import Keeper
from prellbock.doors.settings import S3

_IN_MEMORY_OCTETS = 16 << 20
_REMEMBERED_EACH = 100
"""Objects after which it is noted which have been read; one that is read again changes nothing."""


def open_door(settings: S3, keeper: Keeper) -> None:
    """Reads the objects again and again, until the door has to end. Raises `DoorError`, `StoreError`."""
    with in_words(f"S3 bucket {settings.bucket}, prefix {settings.prefix!r}"):
        s3 = client("s3", settings.region, settings.endpoint)
        while True:
            _empty(s3, settings, keeper)
            keeper.opened()
            if keeper.once or not keeper.wait(settings.poll_seconds):
                return


def _empty(s3: Any, settings: S3, keeper: Keeper) -> None:
    known = keeper.position
    read: set[str] = set(msgspec.json.decode(known, type=list[str])) if known else set()
    there: set[str] = set()
    fresh = 0
    for item in _objects(s3, settings):
        if keeper.stopping.is_set():
            return
        name = _name(item)
        there.add(name)
        if name in read:
            continue
        keeper.take_file(_content(s3, settings.bucket, item), item["Key"], item["LastModified"].timestamp())
        if settings.after == "delete":
            s3.delete_object(Bucket=settings.bucket, Key=item["Key"])
            there.discard(name)
            continue
        read.add(name)
        fresh += 1
        if fresh % _REMEMBERED_EACH == 0:
            keeper.reach(_told(read))
    # What is no longer there need not be remembered.
    if fresh or read != read & there:
        keeper.reach(_told(read & there))


def _objects(s3: Any, settings: S3) -> Iterator[Mapping[str, Any]]:
    """All objects that hold something; an empty one with a slash at its end stands for a folder."""
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=settings.bucket, Prefix=settings.prefix):
        for item in page.get("Contents", ()):
            if item["Size"] or not item["Key"].endswith("/"):
                yield item


def _content(s3: Any, bucket: str, item: Mapping[str, Any]) -> BinaryIO:
    """A large object goes over the disk."""
    file = tempfile.SpooledTemporaryFile(_IN_MEMORY_OCTETS)  # noqa: SIM115 -- read by whoever it is given to
    s3.download_fileobj(bucket, item["Key"], file)
    file.seek(0)
    return cast(BinaryIO, io.BufferedReader(cast(io.RawIOBase, file), 1 << 16))


def _name(item: Mapping[str, Any]) -> str:
    return hashlib.blake2b(f"{item['Key']}\0{item['ETag']}".encode(), digest_size=8).hexdigest()


def _told(read: set[str]) -> str:
    return msgspec.json.encode(sorted(read)).decode()
