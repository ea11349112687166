"""A folder on an SFTP server whose host key is known beforehand. A file is renamed when it is whole."""

import asyncio
import contextlib
from collections.abc import Coroutine, Iterator
from pathlib import Path, PurePosixPath
from types import TracebackType
from typing import Any, Self, TypeVar

import msgspec

from prellbock.exporting.errors import PlaceError
from prellbock.kinds import SettingError

T = TypeVar("T")
_CONNECT_SECONDS = 30


class Sftp(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A server, and a folder there."""

    host: str
    user: str
    host_key: str
    """A line of `ssh-keyscan HOST` such as ssh-ed25519 AAAA..., compared with what the server's operator says."""
    path: str = "."
    port: int = 22


def check(settings: Sftp) -> None:
    """Raises `SettingError`."""
    if not settings.host or not settings.user or not 0 < settings.port < 65536:
        raise SettingError("host, user and port (1 to 65535) say where to sign in")
    import asyncssh

    try:
        asyncssh.import_public_key(_key_of(settings.host_key))
    except (asyncssh.KeyImportError, IndexError, ValueError):
        raise SettingError(
            "host_key: a public key such as ssh-ed25519 AAAA...; `ssh-keyscan HOST` shows it: compare it with what the "
            "server's operator says"
        ) from None


def check_secret(secret: str) -> None:
    """Raises `SettingError`."""
    if not secret.startswith("-----BEGIN"):
        if "\n" in secret or not secret:
            raise SettingError("the secret is a password (one line), or a private key that begins with -----BEGIN")
        return
    import asyncssh

    try:
        asyncssh.import_private_key(secret + "\n")
    except (asyncssh.KeyImportError, asyncssh.KeyEncryptionError):
        raise SettingError("the private key cannot be read: give one of OpenSSH or PEM, without a passphrase") from None


def _key_of(line: str) -> str:
    """Without the host names that `ssh-keyscan` writes before it."""
    words = line.split()
    return " ".join(words[1:] if len(words) > 2 and not words[0].startswith(("ssh-", "ecdsa-")) else words)


class SftpPlace:
    """See `prellbock.exporting.places.place.Place`."""

    staging = None

    def __init__(self, settings: Sftp, secret: str | None, data: Path) -> None:
        self._settings, self._secret = settings, secret or ""
        self._runner = asyncio.Runner()
        self._ssh: Any = None
        self._sftp: Any = None

    def __enter__(self) -> Self:
        try:
            with self._in_words():
                self._run(self._connect())
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._ssh is not None:
            self._ssh.abort()
            self._run(self._ssh.wait_closed())
        self._runner.close()

    def put(self, path: Path, name: str) -> None:
        """See `prellbock.exporting.places.place.Place.put`."""
        with self._in_words():
            self._run(self._put(path, name))

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        return self._runner.run(work)

    async def _connect(self) -> None:
        import asyncssh

        settings = self._settings
        is_key = self._secret.startswith("-----BEGIN")
        self._ssh = await asyncssh.connect(
            settings.host, settings.port, username=settings.user,
            known_hosts=([asyncssh.import_public_key(_key_of(settings.host_key))], [], []),
            client_keys=[asyncssh.import_private_key(self._secret + "\n")] if is_key else None,
            password=None if is_key else self._secret, agent_path=None, config=None,
            connect_timeout=_CONNECT_SECONDS, login_timeout=_CONNECT_SECONDS, keepalive_interval=15,
        )  # fmt: skip
        self._sftp = await self._ssh.start_sftp_client()
        await self._sftp.listdir(settings.path)

    async def _put(self, path: Path, name: str) -> None:
        import asyncssh

        folder = PurePosixPath(self._settings.path)
        unfinished, whole = str(folder / f".{name}.unfinished"), str(folder / name)
        await self._sftp.put(str(path), unfinished)
        async with self._sftp.open(unfinished, "r+b") as file:
            with contextlib.suppress(asyncssh.SFTPOpUnsupported):
                await file.fsync()
        if (there := (await self._sftp.stat(unfinished)).size) != (here := path.stat().st_size):
            raise PlaceError(f"{self._settings.host} took {there} of {here} octets of {name}; the next run tries again")
        try:
            await self._sftp.posix_rename(unfinished, whole)
        except asyncssh.SFTPOpUnsupported:
            # Without that extension nothing is replaced by a rename (SFTP version 3).
            with contextlib.suppress(asyncssh.SFTPNoSuchFile):
                await self._sftp.remove(whole)
            await self._sftp.rename(unfinished, whole)

    @contextlib.contextmanager
    def _in_words(self) -> Iterator[None]:
        import asyncssh

        where = f"{self._settings.host}:{self._settings.port}"
        try:
            yield
        except asyncssh.HostKeyNotVerifiable as error:
            raise PlaceError(
                f"{where} shows another host key than the one that is set: somebody may stand between. Ask the "
                "server's operator; only if the key was changed, set host_key again"
            ) from error
        except asyncssh.PermissionDenied as error:
            raise PlaceError(f"{where} does not let {self._settings.user} in: set the right user and secret") from error
        except asyncssh.SFTPPermissionDenied as error:
            raise PlaceError(f"{where}: no permission to write in {self._settings.path}") from error
        except (asyncssh.SFTPNoSuchFile, asyncssh.SFTPNoSuchPath) as error:
            raise PlaceError(f"{where}: there is no folder {self._settings.path}: make it, or set path") from error
        except (asyncssh.SFTPNoSpaceOnFilesystem, asyncssh.SFTPQuotaExceeded) as error:
            raise PlaceError(f"{where}: its disk is full") from error
        except (asyncssh.Error, OSError, TimeoutError) as error:
            why = getattr(error, "reason", "") or getattr(error, "strerror", "") or str(error) or type(error).__name__
            raise PlaceError(f"{where} cannot be reached or used: {why}"[:300]) from error
