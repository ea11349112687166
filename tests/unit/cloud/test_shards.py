"""Recipients in sorted objects: what was written last is read, whatever was folded when, and however shards are cut."""

import random
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from prellbock.store.dynamodb import shards
from prellbock.store.dynamodb.items import Written
from prellbock.store.dynamodb.layout import Rows, pack, unpack
from prellbock.store.dynamodb.memory import MemoryDynamoDB, MemoryS3
from prellbock.store.dynamodb.objects import LostError, Objects
from prellbock.store.dynamodb.shards import Shards


class Instance:
    """One of several that share a bucket and a table."""

    def __init__(self, s3: MemoryS3, dynamodb: MemoryDynamoDB, cache: Path) -> None:
        cache.mkdir()
        self.objects = Objects(s3, "bucket", cache=cache, sharded=True)
        self.shards = Shards(self.objects, dynamodb, "table")

    def look(self) -> None:
        manifest = self.objects.look()
        if manifest is not None:
            self.objects.manifest = manifest

    def write(self, changes: dict[str, bytes | None]) -> None:
        written = [Written(key, rows, [b"told " + key.encode()]) for key, rows in changes.items()]
        manifest = self.objects.commit({}, written, lambda: None)
        self.shards.write(written, manifest.commit, 0.0)

    def fold(self) -> None:
        fold = self.shards.fold(1)
        if fold is not None:
            self.objects.name_shards(fold.after, fold.until, with_logs=True)


@pytest.mark.parametrize("seed", range(4))
def test_the_latest_rows_are_read_from_logs_and_shards(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shards, "BLOCK", 3)
    monkeypatch.setattr(shards, "SHARD_OCTETS", 400)
    chance = random.Random(seed)
    s3, dynamodb = MemoryS3(), MemoryDynamoDB()
    instances = [Instance(s3, dynamodb, tmp_path / str(at)) for at in range(2)]
    keys = [f"r#{chance.randbytes(16).hex()}" for _ in range(120)]
    expected: dict[str, bytes] = {}
    for _ in range(40):
        here = chance.choice(instances)
        here.look()
        changes = {
            key: None if chance.random() < 0.2 else chance.randbytes(30)
            for key in chance.sample(keys, chance.randint(1, 12))
        }
        here.write(changes)
        expected |= {key: rows for key, rows in changes.items() if rows is not None}
        for key in [key for key, rows in changes.items() if rows is None]:
            expected.pop(key, None)
        if chance.random() < 0.4:
            here.fold()
        for each in instances:
            each.look()
            asked = chance.sample(keys, 20)
            found = dict(each.shards.read(asked, consistent=True))
            assert found == {key: expected[key] for key in asked if key in expected}
    assert len(here.objects.manifest.shards or ()) > 2
    assert dict(here.shards.read_all()) == expected
    assert len(expected) == sum(1 for _ in here.shards.read_all())


def test_shards_and_rows_of_before_are_read_and_folded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    s3, dynamodb = MemoryS3(), MemoryDynamoDB()
    before, after = (Instance(s3, dynamodb, tmp_path / str(at)) for at in range(2))
    rows: Rows = {"recipients": [(number, b"hash", 0, "u@example.com") for number in range(100)]}
    monkeypatch.setattr(shards, "BLOCK", 16)
    before.write({f"r#{number:02}": pack(rows) for number in range(60)})
    before.fold()
    monkeypatch.undo()
    after.look()
    after.write({f"r#{number:02}": after.shards.pack(rows, []) for number in range(30, 90)})
    for _ in range(2):
        found = dict(after.shards.read_all())
        assert sorted(found) == [f"r#{number:02}" for number in range(90)]
        assert all(unpack(stored) == rows for stored in found.values())
        after.fold()


def test_of_two_who_fold_one_counts_and_the_other_changes_nothing(tmp_path: Path) -> None:
    s3, dynamodb = MemoryS3(), MemoryDynamoDB()
    first, second = (Instance(s3, dynamodb, tmp_path / str(at)) for at in range(2))
    first.write({"r#a": b"1"})
    second.look()
    made = second.shards.fold(1)
    assert made is not None
    first.fold()
    with pytest.raises(LostError):
        second.objects.name_shards(made.after, made.until, with_logs=True)
    assert dict(second.shards.read(["r#a", "r#b"], consistent=True)) == {"r#a": b"1"}


def test_logs_that_are_not_folded_stay_named_however_many(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("prellbock.store.dynamodb.objects.RECENT", 3)
    here = Instance(MemoryS3(), MemoryDynamoDB(), tmp_path / "0")
    for number in range(8):
        here.write({f"r#{number}": b"1"})
    assert len(here.objects.manifest.recent) == 8
    here.fold()
    here.write({"r#9": b"1"})
    assert len(here.objects.manifest.recent) == 3
    assert sum(1 for _ in here.shards.read_all()) == 9


def test_decisions_of_a_commit_share_items_and_are_put_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shards, "TOLD_TOGETHER", 4)
    dynamodb = MemoryDynamoDB()
    here = Instance(MemoryS3(), dynamodb, tmp_path / "0")
    here.write({f"r#{number}": b"1" for number in range(10)})
    before = dict(dynamodb.items)
    assert len(before) == 3
    here.shards.write(here.objects.written_by(here.objects.manifest.recent[0][1]), 1, 99.0)
    assert dynamodb.items == before


def test_blocks_that_nothing_changes_are_not_packed_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here = Instance(MemoryS3(), MemoryDynamoDB(), tmp_path / "0")
    here.write({f"r#{number:04}": b"%d" % number for number in range(1000)})
    here.fold()
    made: list[bytes] = []

    def compress(octets: bytes, level: int, compress: Callable[..., bytes] = zlib.compress) -> bytes:
        made.append(octets)
        return compress(octets, level)

    monkeypatch.setattr("zlib.compress", compress)
    changes = {"r#0007": b"new", "r#0500x": b"between", "r#9": b"last", "q": b"first", "r#0300": None}
    here.write(changes)
    here.fold()
    assert len(made) < 12
    expected = {f"r#{number:04}": b"%d" % number for number in range(1000)} | changes
    assert dict(here.shards.read_all()) == {key: rows for key, rows in expected.items() if rows is not None}
    assert [key for key, _ in here.shards.read_all()] == sorted(key for key, rows in expected.items() if rows)
    asked = ["q", "p", "r#0299", "r#0300", "r#0301", "r#0500x", "r#9", "r#91"]
    found = dict(here.shards.read(asked, consistent=True))
    assert found == {key: expected[key] for key in asked if expected.get(key) is not None}
