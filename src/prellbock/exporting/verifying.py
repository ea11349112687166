"""Are the files in a directory those that their manifests tell of?"""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import msgspec

from prellbock.exporting import manifest as manifests
from prellbock.exporting.manifest import Manifest

_CHUNK = 1 << 20


class Checked(msgspec.Struct, frozen=True):
    """One manifest."""

    manifest: str
    files: int
    rows: int
    problems: list[str]


def verify(directory: Path) -> Iterator[Checked]:
    """Checks every manifest of a directory, oldest first: sizes and checksums, and that no range is missing.

    Raises `OSError` where the directory cannot be read.
    """
    until: dict[tuple[str, str], int] = {}
    for path in sorted(directory.iterdir()):
        if not path.name.endswith(manifests.SUFFIX):
            continue
        try:
            manifest = manifests.decode(path.read_bytes())
        except (msgspec.MsgspecError, OSError) as error:
            yield Checked(path.name, 0, 0, [f"the manifest cannot be read ({error}): export again"])
            continue
        problems = [what for file in manifest.files if (what := _problem(directory, file)) is not None]
        if manifest.mode == "incremental":
            problems += _gap(manifest, until)
        yield Checked(path.name, len(manifest.files), manifest.rows, problems)


def _problem(directory: Path, file: manifests.File) -> str | None:
    if Path(file.name).name != file.name:
        return f"{file.name!r} is no name of a file beside the manifest"
    digest, size = hashlib.sha256(), 0
    try:
        with (directory / file.name).open("rb") as opened:
            while octets := opened.read(_CHUNK):
                digest.update(octets)
                size += len(octets)
    except FileNotFoundError:
        return f"{file.name} is missing"
    except OSError as error:
        return f"{file.name} cannot be read: {error.strerror}"
    if size != file.size:
        return f"{file.name} has {size} octets, not {file.size}"
    return None if digest.hexdigest() == file.sha256 else f"{file.name} was changed: its checksum is another one"


def _gap(manifest: Manifest, until: dict[tuple[str, str], int]) -> list[str]:
    """Manifests sort by their ranges; each goes on where the one before it ends."""
    key = (manifest.export, manifest.what)
    before = until.get(key)
    until[key] = max(manifest.range.until, before or 0)
    if before is not None and manifest.range.after > before:
        return [f"the range from {before + 1} to {manifest.range.after} is missing"]
    return []
