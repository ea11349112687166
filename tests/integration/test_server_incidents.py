"""Incidents over HTTP: told, judged, judged otherwise."""

from processes import Server, event, ndjson

OUTAGE = "google.unknown_recipient.20260110T0950Z"


def put_outage(server: Server) -> None:
    """Thirty people get mail every day; on the tenth, all of it is refused for half an hour."""
    lines = []
    for day in range(1, 11):
        for number in range(30):
            time = f"2026-01-{day:02}T10:{number:02}:00Z"
            name, mid = f"u{number}@gmail.com", f"d{day}n{number}@shop.example"
            if day < 10:
                lines.append(event(name, time, "delivered", message_id=mid, mx="gmail-smtp-in.l.google.com"))
            else:
                lines.append(event(name, time, message_id=mid, mx="gmail-smtp-in.l.google.com"))
    assert server.client.post("/v1/events", content=ndjson(*lines)).json()["new"] == 300


def test_an_outage_is_told_and_judged(server: Server) -> None:
    put_outage(server)
    (found,) = server.client.get("/v1/incidents").json()["items"]
    assert (found["name"], found["status"], found["verdict"], found["by_hand"]) == (OUTAGE, "open", "outage", False)
    assert found["recipients"] == 30
    assert found["share"] == 1.0
    assert server.client.get("/v1/incidents", params={"open": "true"}).json()["items"] == [found]
    assert server.client.get("/v1/changes").json()["items"] == []

    shown = server.client.get(f"/v1/incidents/{OUTAGE}").json()
    assert sum(point["failed"] for point in shown["curve"]) == 30

    otherwise = server.client.get(f"/v1/incidents/{OUTAGE}/otherwise").json()
    assert otherwise == {
        "verdict": "real", "recipients": 30, "looked_at": 30, "changed": 30,
        "before": {"deliverable": 30}, "after": {"watched": 30},
    }  # fmt: skip
    page = server.client.get(f"/v1/incidents/{OUTAGE}/held", params={"limit": 20}).json()
    rest = server.client.get(f"/v1/incidents/{OUTAGE}/held", params={"cursor": page["next"]}).json()
    assert rest["next"] is None
    held = page["items"] + rest["items"]
    assert {each["address"] for each in held} == {f"u{number}@gmail.com" for number in range(30)}
    assert {(each["status"], each["otherwise"]) for each in held} == {("deliverable", "watched")}, (
        "the pauses are long over"
    )

    real = {"verdict": "real", "reason": "they closed the accounts"}
    judged = server.client.post(f"/v1/incidents/{OUTAGE}/judge", json=real).json()
    assert (judged["verdict"], judged["by_hand"], judged["judgements"][0]["reason"]) == ("real", True, real["reason"])
    feed = server.client.get("/v1/changes").json()["items"]
    assert [item["status"] for item in feed] == ["paused"] * 30

    undone = server.client.post(f"/v1/incidents/{OUTAGE}/undo", json={"reason": "they came back"}).json()
    assert (undone["verdict"], undone["by_hand"]) == ("outage", False)
    feed = server.client.get("/v1/changes").json()["items"]
    assert {item["status"] for item in feed} == {"deliverable"}

    actions = [entry["action"] for entry in server.client.get("/v1/audit").json()["items"]]
    assert actions[:2] == ["incident.undo", "incident.judge"]


def test_what_cannot_be_done_is_said(server: Server) -> None:
    put_outage(server)
    reason = {"reason": "because"}
    for path in ("none", "none/held", "none/otherwise"):
        assert server.client.get(f"/v1/incidents/{path}").status_code == 404
    assert server.client.post("/v1/incidents/none/judge", json={"verdict": "real", **reason}).status_code == 404
    assert server.client.post(f"/v1/incidents/{OUTAGE}/judge", json={"verdict": "maybe", **reason}).status_code == 400
    assert server.client.post(f"/v1/incidents/{OUTAGE}/undo", json={"reason": "  "}).status_code == 400
    answer = server.client.post(f"/v1/incidents/{OUTAGE}/undo", json=reason)
    assert answer.status_code == 409
    assert "nobody has judged" in answer.json()["detail"]
