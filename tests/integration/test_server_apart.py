"""What a door has set apart: shown, and dropped once it was dealt with."""

from pathlib import Path

from processes import Server

from prellbock.store.apart import Apart
from prellbock.store.sqlite import SqliteStore


def test_what_was_set_apart_is_shown_and_dropped(tmp_path: Path) -> None:
    with SqliteStore(tmp_path / "data", create=True) as store:
        store.set_apart(
            [Apart(door="imap:bounces", place="INBOX 7", why="no mail", recorded=1_780_000_000.0, content=b"\xff?")]
        )
    server = Server(tmp_path / "data")
    try:
        [shown] = server.client.get("/v1/sources/apart", params={"door": "imap:bounces"}).json()
        assert (shown["place"], shown["why"], shown["content"]) == ("INBOX 7", "no mail", "\ufffd?")
        assert server.client.delete(f"/v1/sources/apart/{shown['number']}").status_code == 204
        assert server.client.get("/v1/sources/apart").json() == []
        assert server.client.delete(f"/v1/sources/apart/{shown['number']}").status_code == 404
        [entry] = [each for each in server.client.get("/v1/audit").json()["items"] if each["action"] == "apart.drop"]
        assert entry["subject"] == str(shown["number"])
    finally:
        server.stop()
