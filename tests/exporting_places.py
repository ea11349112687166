"""Places that exports really write to: a directory, S3 by moto, and an SFTP server by asyncssh."""

import asyncio
import contextlib
import os
import secrets
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import asyncssh
import boto3
from moto.server import ThreadedMotoServer

from prellbock.exporting.exports import Place

KEY_ID, SECRET_KEY = "AKIAEXAMPLE", "secret/of/tests"


class There:
    """A place, and what stands in it."""

    def __init__(self, place: Place, folder: Path) -> None:
        self.place, self._folder = place, folder

    def files(self) -> dict[str, bytes]:
        """Everything that a reader would see, by name."""
        return {path.name: path.read_bytes() for path in self._folder.iterdir() if path.is_file()}

    def taking(self) -> bool:
        """Whether a file has begun to come that is not whole."""
        return any(path.name.startswith(".") and path.stat().st_size for path in self._folder.iterdir())


class Bucket(There):
    """What stands in a bucket."""

    def __init__(self, place: Place, client: Any, name: str) -> None:
        super().__init__(place, Path())
        self._client, self._name = client, name

    def files(self) -> dict[str, bytes]:
        found = self._client.list_objects_v2(Bucket=self._name).get("Contents", [])
        return {
            each["Key"].removeprefix("out/"): self._client.get_object(Bucket=self._name, Key=each["Key"])["Body"].read()
            for each in found
        }

    def taking(self) -> bool:
        return bool(self._client.list_multipart_uploads(Bucket=self._name).get("Uploads"))

    def etag(self, name: str) -> str:
        """Of one object; it tells the number of its parts."""
        return str(self._client.head_object(Bucket=self._name, Key=f"out/{name}")["ETag"])


class SftpServer:
    """OpenSSH's protocol on loopback: one user, a password and a key, files under a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.host_key = asyncssh.generate_private_key("ssh-ed25519")
        self.user_key = asyncssh.generate_private_key("ssh-ed25519")
        self.password = "right horse"
        self.port = 0
        self._loop = asyncio.new_event_loop()
        self._listening: Any = None
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self) -> "SftpServer":
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._start(), self._loop).result(30)
        return self

    async def _start(self) -> None:
        outer = self

        class Doorman:
            def begin_auth(self, username: str) -> bool:
                return True

            def password_auth_supported(self) -> bool:
                return True

            def validate_password(self, username: str, password: str) -> bool:
                return (username, password) == ("prellbock", outer.password)

            def public_key_auth_supported(self) -> bool:
                return True

            def validate_public_key(self, username: str, key: Any) -> bool:
                return bool(username == "prellbock" and key == outer.user_key.convert_to_public())

        doorman = type("Server", (Doorman, asyncssh.SSHServer), {})
        self._listening = await asyncssh.listen(
            "127.0.0.1", 0, server_factory=doorman, server_host_keys=[self.host_key],
            sftp_factory=lambda channel: asyncssh.SFTPServer(channel, chroot=os.fsencode(self.folder)),
        )  # fmt: skip
        self.port = self._listening.get_port()

    def __exit__(self, *error: object) -> None:
        asyncio.run_coroutine_threadsafe(self._stop(), self._loop).result(30)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(30)
        self._loop.close()

    async def _stop(self) -> None:
        self._listening.close()
        await self._listening.wait_closed()

    def public(self, key: Any) -> str:
        text: str = key.export_public_key().decode().strip()
        return text

    def place(self, secret: str | None = None, **settings: object) -> Place:
        said = {"host": "127.0.0.1", "port": self.port, "user": "prellbock", "path": "in",
                "host_key": self.public(self.host_key), **settings}  # fmt: skip
        return Place("sftp", said, self.user_key.export_private_key().decode() if secret is None else secret)


@contextlib.contextmanager
def directory(folder: Path) -> Iterator[There]:
    (folder / "out").mkdir()
    yield There(Place("directory", {"path": str(folder / "out")}), folder / "out")


@contextlib.contextmanager
def s3(folder: Path) -> Iterator[There]:
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    endpoint = f"http://{host}:{port}"
    client = boto3.client(
        "s3", endpoint_url=endpoint, region_name="eu-central-1", aws_access_key_id=KEY_ID,
        aws_secret_access_key=SECRET_KEY,
    )  # fmt: skip
    name = f"reports-{secrets.token_hex(4)}"
    client.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    settings = {"bucket": name, "prefix": "out/", "region": "eu-central-1", "endpoint": endpoint}
    try:
        yield Bucket(Place("s3", settings, f"{KEY_ID}:{SECRET_KEY}"), client, name)
    finally:
        client.close()
        server.stop()


@contextlib.contextmanager
def sftp(folder: Path) -> Iterator[There]:
    (folder / "root" / "in").mkdir(parents=True)
    with SftpServer(folder / "root") as server:
        yield There(server.place(), folder / "root" / "in")


PLACES = {"directory": directory, "s3": s3, "sftp": sftp}
