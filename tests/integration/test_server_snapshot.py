"""The snapshot over HTTP, and asking it on one's own machine."""

from pathlib import Path

import pytest
from processes import Server, dead, event, ndjson

from prellbock.client import Client
from prellbock.client.local import LocalCheck
from prellbock.snapshot import Snapshot, SnapshotError


def test_asked_here_or_there_the_answer_is_the_same(server: Server, tmp_path: Path) -> None:
    now = 1_800_000_000.0
    client = server.client
    client.post("/v1/events", content=dead("gone@example.com") + ndjson(event("once@example.com", "2026-01-05")))
    client.post("/v1/events", content=ndjson(event("no@example.com", "2026-01-06", "complaint", stream="newsletter")))
    names = ["gone@example.com", "GONE@Example.com", "well@example.com", "once@example.com", "no@example.com", "nobody"]
    with Client(server.address, server.token) as asking:
        local = LocalCheck(asking, tmp_path / "mine", clock=lambda: now)
        for stream in ("newsletter", None, "order-confirmation"):
            there = [answer.may_mail for answer in asking.check(names, stream=stream)]
            assert local.may_mail(names, stream=stream).tolist() == there
        assert local.may_mail(names, intent="requested").tolist()[0]
        # What changes is learned from the feed, without another file.
        client.post("/v1/recipients/release", json={"addresses": ["gone@example.com"], "reason": "called us"})
        client.post("/v1/recipients/suppress", json={"addresses": ["well@example.com"], "reason": "asked for it"})
        assert local.refresh() == 2
        assert local.may_mail(names[:3]).tolist() == [True, True, False]
        # A file that is there is taken, and brought up to date.
        again = LocalCheck(asking, tmp_path / "mine", clock=lambda: now)
        assert again.may_mail(names[:3]).tolist() == [True, True, False]


def test_only_what_is_new_is_sent(server: Server, tmp_path: Path) -> None:
    client = server.client
    first = client.get("/v1/snapshot")
    assert first.headers["content-type"] == "application/vnd.prellbock.snapshot"
    tag = first.headers["etag"]
    assert client.get("/v1/snapshot", headers={"If-None-Match": tag}).status_code == 304
    client.post("/v1/events", content=dead("gone@example.com"))
    second = client.get("/v1/snapshot", headers={"If-None-Match": tag})
    assert second.status_code == 200
    assert (server.data / "snapshot").read_bytes() == second.content
    with Client(server.address, server.token) as asking:
        assert asking.download_snapshot(tmp_path / "s", second.headers["etag"].strip('"')) is None
        (tmp_path / "s").write_bytes(second.content[:-3])
        with pytest.raises(SnapshotError):
            Snapshot.open(tmp_path / "s")
        # A damaged file is fetched anew.
        assert not LocalCheck(asking, tmp_path / "s").may_mail(["gone@example.com"])[0]
