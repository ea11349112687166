"""How is something kept between starts? In a file that is written whole or not at all, and checked when read."""

import contextlib
import os
import tempfile
import time
from hashlib import blake2b
from pathlib import Path

_CHECKSUM = 16


def default_cache_dir() -> Path:
    """Below ``XDG_CACHE_HOME`` (``~/.cache``), or the folder of temporary files where there is no home."""
    base = os.environ.get("XDG_CACHE_HOME")
    try:
        return (Path(base) if base else Path.home() / ".cache") / "prellbock"
    except RuntimeError:
        return Path(tempfile.gettempdir()) / f"prellbock-{os.getuid() if hasattr(os, 'getuid') else 'cache'}"


def load(file: Path) -> bytes | None:
    """What was kept there; None if there is nothing, or it is damaged."""
    try:
        stored = file.read_bytes()
    except OSError:
        return None
    checksum, content = stored[:_CHECKSUM], stored[_CHECKSUM:]
    return content if _sum(content) == checksum else None


def keep(file: Path, content: bytes) -> None:
    """Keeps it; a folder that cannot be written to is passed over, the next start is only slower."""
    with contextlib.suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=file.parent, prefix=".new-")
        try:
            with os.fdopen(handle, "wb") as out:
                out.write(_sum(content) + content)
            Path(name).replace(file)
        except OSError:
            Path(name).unlink(missing_ok=True)
            raise


def tidy(folder: Path, days: int = 90) -> None:
    """Removes what was kept longer ago; whatever of it is still wanted is made once more."""
    oldest = time.time() - days * 86_400
    with contextlib.suppress(OSError):
        for file in folder.glob("rules-*"):
            with contextlib.suppress(OSError):
                if file.stat().st_mtime < oldest:
                    file.unlink()


def _sum(content: bytes) -> bytes:
    return blake2b(content, digest_size=_CHECKSUM).digest()
