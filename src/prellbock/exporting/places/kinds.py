"""The kinds of places: what each needs to know, and how a wrong setting is told."""

from collections.abc import Callable, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import msgspec

from prellbock.exporting.errors import ExportError
from prellbock.exporting.places import directory, s3, sftp
from prellbock.exporting.places.place import Place


class Kind(msgspec.Struct, frozen=True, kw_only=True):
    """One kind."""

    title: str
    settings: type[msgspec.Struct]
    place: Callable[[Any, str | None, Path], Place]
    """Of settings, secret, data folder."""
    check: Callable[[Any], None]
    """Raises `ExportError`."""
    check_secret: Callable[[str], None] | None = None
    """Raises `ExportError`; None where there is no secret."""
    secret: str = ""
    """What the secret is, for who sets an export up."""
    needs_secret: bool = False
    library: str | None = None
    extra: str = ""


KINDS: dict[str, Kind] = {
    "directory": Kind(
        title="Directory", settings=directory.Directory, place=directory.DirectoryPlace, check=directory.check
    ),
    "s3": Kind(
        title="S3", settings=s3.S3, place=s3.S3Place, check=s3.check, check_secret=s3.check_secret, library="boto3",
        extra="aws",
        secret="ACCESS_KEY_ID:SECRET_ACCESS_KEY; left out, the credentials of the environment hold",  # noqa: S106
    ),
    "sftp": Kind(
        title="SFTP", settings=sftp.Sftp, place=sftp.SftpPlace, check=sftp.check, check_secret=sftp.check_secret,
        needs_secret=True, library="asyncssh", extra="sftp",
        secret="a password, or a private key without a passphrase",  # noqa: S106
    ),
}  # fmt: skip


def settings_of(kind: str, settings: Mapping[str, object]) -> msgspec.Struct:
    """Checked settings; values may be texts. Raises `ExportError`."""
    if (known := KINDS.get(kind)) is None:
        raise ExportError(f"to: there is no kind {kind[:40]!r}; there are {', '.join(KINDS)}")
    if known.library is not None and find_spec(known.library) is None:
        raise ExportError(f"{kind} needs a library that is not installed: pip install 'prellbock[{known.extra}]'")
    try:
        found: msgspec.Struct = msgspec.convert(dict(settings), known.settings, strict=False)
    except msgspec.ValidationError as error:
        raise ExportError(f"to: {error}") from None
    known.check(found)
    return found
