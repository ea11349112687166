"""How the base lies in S3: few objects, whatever it holds, and nothing left of who was erased."""

import json
from pathlib import Path
from typing import Any

import pytest
from cloud import NOW, Cloud, Context, lines, parts, stored

from prellbock.functions.aws import ingest, schedule
from prellbock.store.dynamodb.objects import MOST_PACKS, Objects


@pytest.fixture(scope="module", params=["items", "objects"])
def cloud(request: pytest.FixtureRequest) -> Cloud:
    made = Cloud(request.param)
    for at, part in enumerate(parts(lines(3000), 150)):
        event = {"Records": [made.put(f"{at}.ndjson", part)]}
        here = made.wire()
        assert ingest.handle(event, Context(), here) == {"batchItemFailures": []}
        here.store.fold(least=4)
    return made


def test_a_fresh_instance_reads_few_objects_however_many_parts_the_base_has(
    cloud: Cloud, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    manifest = Objects(cloud.s3, "bucket", cache=tmp_path).look()
    assert manifest is not None
    assert len(manifest.parts) > 100
    before = dict(cloud.wire().store.totals())
    schedule.handle({"task": "maintain"}, None, cloud.wire())
    asked: list[str] = []
    get = cloud.s3.get_object

    def counted(**kwargs: Any) -> Any:
        asked.append(kwargs["Key"])
        return get(**kwargs)

    monkeypatch.setattr(cloud.s3, "get_object", counted)
    assert dict(cloud.wire().store.totals()) == before
    assert len([key for key in asked if key.startswith("base/")]) <= MOST_PACKS + 2


def test_parts_that_lie_in_objects_of_their_own_are_read_as_well(tmp_path: Path) -> None:
    cloud = Cloud()
    cloud.s3.put_object(Bucket="bucket", Key="base/a/0/0000000001.00", Body=b"alone")
    cloud.s3.put_object(Bucket="bucket", Key="base/0000000002.00", Body=b"one-two")
    objects = Objects(cloud.s3, "bucket", cache=tmp_path)
    places = ["base/a/0/0000000001.00", "base/0000000002.00@0+3", "base/0000000002.00@4+3"]
    assert [*objects.get_parts(places).values()] == [b"alone", b"one", b"two"]


def test_nothing_is_left_of_who_was_erased(cloud: Cloud) -> None:
    here = cloud.wire()
    address = next(each.address for each in here.store.withheld(NOW, here.store.policy) if each.address)
    digest = here.store.identity.of_address(address)
    assert any(digest in stored or address.encode() in stored for stored in stored(cloud))
    here.store.erase(address, forget=True, actor="test", reason="asked", policy=here.store.policy, now=NOW)
    cloud.wire().store.maintain(NOW)
    left = [stored for stored in stored(cloud) if digest in stored or address.encode() in stored]
    assert not left
    assert f"r#{digest.hex()}" not in json.dumps([
        key for key, item in cloud.dynamodb.items.items() if "rows" in item
    ])  # fmt: skip
