"""What functions can be told: every setting is documented, and addresses that are not to be stored are nowhere."""

import json
import re
import zlib
from collections.abc import Iterator

import msgspec
import pytest
from cloud import NOW, Cloud, Context, lines, seen, stored
from stack import ROOT, template

from prellbock.functions.aws import api, ingest, publish, schedule
from prellbock.functions.aws.schedule import TASKS
from prellbock.functions.aws.settings import Settings
from prellbock.functions.aws.wiring import Wired, wire
from prellbock.store.errors import StoreError

PAGE = (ROOT / "docs" / "reference" / "functions.md").read_text("utf-8")
DEPLOYING = (ROOT / "docs" / "how-to" / "deploy-to-aws.md").read_text("utf-8")


def test_every_variable_and_task_is_documented_and_no_other() -> None:
    known = {f"PRELLBOCK_{name.upper()}" for name in Settings.__struct_fields__}
    assert {*re.findall(r"PRELLBOCK_[A-Z_]+", PAGE)} == known
    assert {*re.findall(r"^\| `([a-z]+)` \| (?:\d|an?) ", PAGE, re.MULTILINE)} == {*TASKS}


@pytest.mark.parametrize("parameter", sorted({*template()["Parameters"]} - {"Stage"}))
def test_every_parameter_of_the_stack_is_documented(parameter: str) -> None:
    assert f"`{parameter}`" in DEPLOYING


def test_what_is_set_comes_through_and_what_is_empty_counts_as_not_set() -> None:
    said = {f"PRELLBOCK_{name.upper()}": f"a-{name}" for name in Settings.__struct_fields__}
    said |= {"PRELLBOCK_HISTORIES": "objects"}
    found = msgspec.structs.asdict(Settings.of({**said, "PRELLBOCK_ADDRESSES": "hashed"}))
    assert found == {name: f"a-{name}" for name in found} | {"addresses": "hashed", "histories": "objects"}
    assert Settings.of({**said, "PRELLBOCK_ADDRESSES": "", "PRELLBOCK_EVENT_BUS": " "}) == msgspec.structs.replace(
        Settings.of({**said, "PRELLBOCK_ADDRESSES": "plain"}), event_bus=None
    )


def hashed(cloud: Cloud) -> Wired:
    """A function instance that is told to store no addresses."""
    here = cloud.wire()
    settings = msgspec.structs.replace(here.settings, addresses="hashed")
    return wire(settings, here.clients, clock=here.clock, sleep=cloud.sleep)


def test_hashed_no_address_is_stored_told_logged_or_written(capsys: pytest.CaptureFixture[str]) -> None:
    cloud, traffic = Cloud(), lines(2500)
    assert ingest.handle({"Records": [cloud.put("a.ndjson", traffic)]}, Context(), hashed(cloud)) == {
        "batchItemFailures": []
    }
    for task in TASKS:
        schedule.handle({"task": task}, None, hashed(cloud))
    publish.handle({"Records": cloud.records}, None, hashed(cloud))
    said = capsys.readouterr().out.encode()
    names = {address.encode() for line in traffic.splitlines() if (address := json.loads(line)["recipient"])}
    assert len(names) > 50
    store = hashed(cloud).store
    whole = b"".join([*_stored(cloud), said, json.dumps(cloud.events).encode()])
    assert [name for name in names if name in whole] == []
    assert len(cloud.events) > 10
    assert {each["address"] for each in cloud.events} == {None}
    # The same people are withheld as where addresses are stored.
    plain = Cloud()
    ingest.handle({"Records": [plain.put("a.ndjson", traffic)]}, Context(), plain.wire())
    assert len(seen(store, NOW).withheld) == len(seen(plain.wire().store, NOW).withheld) > 5
    with pytest.raises(StoreError, match="keeps addresses hashed"):
        _ = cloud.wire().store
    serving = api.Serving(hashed(cloud))
    assert serving.invite()
    serving.close()


def _stored(cloud: Cloud) -> Iterator[bytes]:
    yield from stored(cloud)
    for item in cloud.dynamodb.items.values():
        rows = item.get("rows")
        yield b"" if not rows else rows["B"] if rows["B"][:1] == b"\0" else zlib.decompress(rows["B"])
        yield from (entry["B"] for entry in item.get("out", {}).get("L", ()))
