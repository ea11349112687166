"""Reading what is packed with gzip, to the last octet before a damage."""

import gzip
import io
import zlib
from typing import BinaryIO, cast

MAGIC = b"\x1f\x8b"
"""How a gzip file begins (RFC 1952 section 2.3.1)."""
DAMAGES = (OSError, EOFError, zlib.error)
"""What reading raises where a file is cut or damaged."""

ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"
"""How a zstd frame begins (RFC 8878 section 3.1.1)."""

_PIECE = 1 << 17


class Unpacked(gzip.GzipFile):
    """A gzip file of which `read` first gives everything before a damage, and raises one of `DAMAGES` when asked again.

    It has no descriptor: what stands under it is packed.
    """

    def __init__(self, file: BinaryIO) -> None:
        super().__init__(fileobj=file, mode="rb")
        self._damage: Exception | None = None

    def read(self, size: int | None = -1) -> bytes:
        wanted = -1 if size is None else size
        held = bytearray()
        while self._damage is None and (wanted < 0 or len(held) < wanted):
            try:
                piece = self.read1(_PIECE if wanted < 0 else min(_PIECE, wanted - len(held)))
            except DAMAGES as error:
                self._damage = error
                break
            if not piece:
                break
            held += piece
        if self._damage is not None and not held:
            raise self._damage
        return bytes(held)

    def fileno(self) -> int:
        raise io.UnsupportedOperation("fileno")


class _Zstandard(io.RawIOBase):
    """What is packed with zstd (RFC 8878), also where the last frame is still being written."""

    def __init__(self, file: BinaryIO) -> None:
        import zstandard

        self._error = zstandard.ZstdError
        self._stream = zstandard.ZstdDecompressor().stream_reader(file, read_across_frames=True)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        try:
            octets = self._stream.read(len(buffer))
        except self._error as error:
            raise OSError(f"damaged zstd: {error}") from None
        buffer[: len(octets)] = octets
        return len(octets)


def unpacked(file: BinaryIO) -> BinaryIO:
    """The file itself, or what is packed in it (gzip, zstd). It must have ``peek``, as buffered files do."""
    if file.peek(4)[:4] == ZSTD_MAGIC:  # type: ignore[attr-defined]
        return io.BufferedReader(_Zstandard(file), _PIECE)
    return cast(BinaryIO, Unpacked(file)) if is_packed(file) else file


def is_packed(file: BinaryIO) -> bool:
    """Does the rest of this buffered file begin as gzip does?"""
    head: bytes = file.peek(2)[:2]  # type: ignore[attr-defined]
    return head == MAGIC


def beginning(head: bytes, most: int) -> bytes:
    """The first octets of what is packed, from the first packed octets."""
    try:
        return zlib.decompressobj(31).decompress(head, most)
    except zlib.error:
        return b""
