"""A bucket of S3, or of what speaks its protocol. An object appears when all of its parts are there."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import msgspec

from prellbock.exporting.errors import PlaceError
from prellbock.kinds import SettingError

_WORDS = {
    "NoSuchBucket": "there is no such bucket: make it, or name the right one",
    "AccessDenied": "access is denied: the key needs s3:PutObject and s3:AbortMultipartUpload there",
    "InvalidAccessKeyId": "the access key is not known: set the secret again",
    "SignatureDoesNotMatch": "the secret access key is wrong: set the secret again",
    "ExpiredToken": "the credentials have expired: renew them",
    "SlowDown": "it asks to be asked more slowly; the next run tries again",
    "PermanentRedirect": "the bucket lies in another region: set region",
}

_RETRIES = {"mode": "standard", "total_max_attempts": 4}


class S3(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A bucket."""

    bucket: str
    prefix: str = ""
    """Before the names of files, such as ``prellbock/``."""
    region: str | None = None
    endpoint: str | None = None
    """Where another service than that of AWS is asked: http(s)://..."""


def check(settings: S3) -> None:
    """Raises `SettingError`."""
    if not settings.bucket or "/" in settings.bucket:
        raise SettingError("bucket: the name of a bucket, without slashes; what follows is the prefix")
    if settings.endpoint is not None and not settings.endpoint.startswith(("https://", "http://")):
        raise SettingError("endpoint: a URL that begins with https://")


def check_secret(secret: str) -> None:
    """Raises `SettingError`."""
    key, colon, rest = secret.partition(":")
    if not (key and colon and rest) or any(each.isspace() for each in secret):
        raise SettingError("the secret is ACCESS_KEY_ID:SECRET_ACCESS_KEY")


class S3Place:
    """See `prellbock.exporting.places.place.Place`."""

    staging = None

    def __init__(self, settings: S3, secret: str | None, data: Path) -> None:
        self._settings, self._secret = settings, secret
        self._client: Any = None

    def __enter__(self) -> Self:
        import boto3
        from botocore.config import Config

        key, _, secret = (self._secret or "").partition(":")
        with self._in_words():
            self._client = boto3.client(
                "s3", region_name=self._settings.region or "us-east-1", endpoint_url=self._settings.endpoint,
                aws_access_key_id=key or None, aws_secret_access_key=secret or None,
                config=Config(connect_timeout=10, read_timeout=60, retries=_RETRIES),
            )  # fmt: skip
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._client.close()

    def put(self, path: Path, name: str) -> None:
        """See `prellbock.exporting.places.place.Place.put`."""
        from boto3.s3.transfer import TransferConfig

        config = TransferConfig(multipart_threshold=8 << 20, multipart_chunksize=8 << 20, max_concurrency=4)
        with self._in_words():
            self._client.upload_file(str(path), self._settings.bucket, self._settings.prefix + name, Config=config)

    @contextlib.contextmanager
    def _in_words(self) -> Iterator[None]:
        from boto3.exceptions import S3UploadFailedError
        from botocore.exceptions import BotoCoreError, ClientError

        bucket = self._settings.bucket
        try:
            yield
        except (S3UploadFailedError, ClientError, BotoCoreError, OSError, ValueError) as error:
            code = next((each for each in _WORDS if each in str(error)), None)
            raise PlaceError(f"bucket {bucket}: {_WORDS[code] if code else str(error)[:300]}") from error
