"""The kinds of places: what each needs to know, and how a wrong setting is told."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import msgspec

from prellbock import kinds
from prellbock.exporting.places import directory, s3, sftp
from prellbock.exporting.places.place import Place


class Kind(kinds.Kind, frozen=True, kw_only=True):
    """One kind."""

    place: Callable[[Any, str | None, Path], Place]
    """Of settings, secret, data folder."""


KINDS: dict[str, Kind] = {
    "directory": Kind(
        name="directory", title="Directory", settings=directory.Directory, place=directory.DirectoryPlace,
        check=directory.check, check_secret=None,
    ),
    "s3": Kind(
        name="s3", title="S3", settings=s3.S3, place=s3.S3Place, check=s3.check, check_secret=s3.check_secret,
        library="boto3", extra="aws", shown_to=("endpoint",),
        secret="ACCESS_KEY_ID:SECRET_ACCESS_KEY; left out, the credentials of the environment hold",  # noqa: S106
    ),
    "sftp": Kind(
        name="sftp", title="SFTP", settings=sftp.Sftp, place=sftp.SftpPlace, check=sftp.check,
        check_secret=sftp.check_secret,
        needs_secret=True, library="asyncssh", shown_to=("host", "port", "host_key", "user"),
        secret="a password, or a private key without a passphrase",  # noqa: S106
    ),
}  # fmt: skip


def settings_of(kind: str, settings: Mapping[str, object]) -> msgspec.Struct:
    """Checked settings; values may be texts. Raises `SettingError`."""
    return kinds.settings_of(KINDS, kind, settings)
