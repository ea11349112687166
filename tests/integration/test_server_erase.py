"""Erasing people over HTTP, beside everything else that a server does."""

from processes import Command, Server, dead

JANE = "jane.doe@example.com"


def test_a_person_is_erased_and_the_audit_log_names_nobody(server: Server, command: Command) -> None:
    http = server.client
    http.post("/v1/events", content=dead(JANE)).raise_for_status()
    http.post("/v1/recipients/note", json={"addresses": [JANE], "reason": "called"}).raise_for_status()
    wanted = {"addresses": [JANE, "nobody"], "dry_run": True}
    would = http.post("/v1/recipients/erase", json=wanted).raise_for_status().json()
    assert would["items"][0]["kept"] == ["suppressed:all"]
    assert would["bad"][0]["address"] == "nobody"
    done = http.post("/v1/recipients/erase", json={"addresses": [JANE], "forget": True}).raise_for_status().json()
    assert (done["items"][0]["found"], done["items"][0]["traces"]) == (True, [])
    assert http.post("/v1/check", json={"addresses": [JANE]}).json()["answers"][0]["status"] == "deliverable"
    log = http.get("/v1/audit").json()["items"]
    assert [(each["action"], each["subject"]) for each in log][:2] == [
        ("recipient.erase", "erased"),
        ("recipient.note", "erased"),
    ]
    files = [path for path in command.data.iterdir() if path.is_file()]
    assert not any(JANE.encode() in path.read_bytes().lower() for path in files)
