"""``GET /v1/snapshot``: everything that withholds mail, as one file for senders; made anew when something changes."""

import asyncio
import hashlib
import os
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import msgspec
from litestar import Response, get
from litestar.datastructures import ETag
from litestar.params import HeaderParameter
from litestar.response import File

from prellbock.api.auth.scopes import NEEDS
from prellbock.api.installation import Here, Installation
from prellbock.snapshot import Header, Snapshot, SnapshotError, pack

NAME = "snapshot"
"""The file in the data folder."""
MEDIA_TYPE = "application/vnd.prellbock.snapshot"
IfNoneMatch = Annotated[str | None, HeaderParameter(name="If-None-Match", max_length=200, description="An `ETag`.")]
_LOOK_SECONDS = 50.0


def path_of(installation: Installation) -> Path:
    """Where the file stands."""
    return installation.folder / NAME


def tag_of(header: Header) -> str:
    """Changes with what the file says: the value of its `ETag`."""
    streams = hashlib.blake2b(msgspec.json.encode((header.critical, header.marketing)), digest_size=4).hexdigest()
    return f"{header.digest}-{streams}"


def make(installation: Installation) -> Header:
    """Writes the file anew: under another name first, then renamed, so that readers always see a whole one."""
    store, now, policy = installation.lists, installation.clock(), installation.policy
    cursor = installation.cursors.write(store, store.cursor(), "feed")
    octets = pack(
        store.withheld_now(now), key=store.identity.key_id, cursor=cursor, made=now, critical=policy.critical_streams,
        marketing=policy.marketing_streams,
    )  # fmt: skip
    with tempfile.NamedTemporaryFile(dir=installation.folder, prefix=f".{NAME}-", delete=False) as file:
        try:
            file.write(octets)
            file.flush()
            os.fsync(file.fileno())
            Path(file.name).replace(path_of(installation))
        except BaseException:
            Path(file.name).unlink(missing_ok=True)
            raise
    return Snapshot(octets).header


def current(installation: Installation) -> Header:
    """The header of the file that is there, if it tells the newest of the ledger; else it is made anew."""
    with suppress(SnapshotError, OSError):
        found = Snapshot.open(path_of(installation)).header
        seq, restarted = installation.cursors.read(installation.lists, found.cursor, "feed")
        policy = installation.policy
        same = (found.critical, found.marketing) == (policy.critical_streams, policy.marketing_streams)
        if same and not restarted and seq == installation.lists.cursor():
            return found
    return make(installation)


async def keep_current(installation: Installation) -> None:
    """Makes the file anew whenever the ledger has grown, but not more often than the settings say; until cancelled."""
    while not installation.stopping:
        with suppress(OSError):
            await installation.answering(current, installation)
        seq = await installation.answering(installation.lookups.cursor)
        await asyncio.sleep(installation.settings.snapshot_seconds)
        await installation.watch.beyond(seq, _LOOK_SECONDS)


@get("/v1/snapshot", opt={NEEDS: "feed"}, media_type=MEDIA_TYPE)
async def snapshot(installation: Here, if_none_match: IfNoneMatch = None) -> Response[bytes] | File:
    """The newest snapshot; `304` where it is what ``If-None-Match`` names."""
    header = await installation.answering(current, installation)
    tag = tag_of(header)
    headers = {"Prellbock-Cursor": header.cursor, "Cache-Control": "no-cache"}
    known = {each.strip().removeprefix("W/").strip('"') for each in (if_none_match or "").split(",")}
    if tag in known:
        return Response(b"", status_code=304, headers={"ETag": f'"{tag}"', **headers})
    return File(path=path_of(installation), media_type=MEDIA_TYPE, headers=headers, etag=ETag(value=tag))
