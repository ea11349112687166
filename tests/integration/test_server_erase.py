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


def test_titles_and_remarks_about_rules_name_nobody_afterwards(server: Server, command: Command) -> None:
    http = server.client
    text = "crate of letters is full"
    rule = {"category": "mailbox_full", "match": [text], "examples": [f"550 {text}"]}
    drafts = []
    for name in ("published", "kept"):
        draft = http.post("/v1/drafts", json={"subject": "rules", "title": f"{name} for {JANE}"}).raise_for_status()
        drafts.append(draft.json()["id"])
        http.put(f"/v1/drafts/{drafts[-1]}/rules/{name}-crate", json=rule).raise_for_status()
        asked = {"opinion": "ask", "remark": f"{JANE} called"}
        http.post(f"/v1/drafts/{drafts[-1]}/review", json=asked).raise_for_status()
    http.post(f"/v1/drafts/{drafts[0]}/publish").raise_for_status()
    assert command.lines("erase", JANE, "--forget")[0]["traces"] == []
    assert http.get("/v1/versions/rules").json()[0]["title"] == "published for {address}"
    kept = http.get(f"/v1/drafts/{drafts[1]}").json()
    assert (kept["title"], kept["remark"]) == ("kept for {address}", "{address} called")
