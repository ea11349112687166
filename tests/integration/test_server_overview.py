"""What the dashboard and the search of responses ask: figures of a time, what stands out, single responses."""

import json
import time

from processes import Server, event, ndjson

from prellbock.times import rfc3339

DAY = "2026-01-05"
TIME = {"since": "2026-01-05T00:00:00Z", "until": "2026-01-07T00:00:00Z"}
FULL = "452 4.2.2 <{}>: mailbox is over quota"


def _fill(server: Server) -> None:
    events = [event(f"d{n}@example.com", f"{DAY}T08:00:0{n}Z", "delivered", message_id=f"d{n}") for n in range(6)]
    events += [
        event("dead@example.com", f"{DAY}T09:00:00Z", message_id="b1", stream="news", campaign="spring"),
        event("dead@example.com", f"{DAY}T09:00:05Z", message_id="b1", stream="news", campaign="spring"),
        event("gone@example.net", "2026-01-06T10:00:00Z", message_id="b2", stream="order"),
        event("full@example.com", "2026-01-06T11:00:00Z", "deferred", response=FULL.format("full@example.com"),
              message_id="b3", stream="news", campaign="summer"),
        event("dead@example.com", "2026-01-03T09:00:00Z", message_id="b0"),
    ]  # fmt: skip
    server.client.post("/v1/events", content=ndjson(*events)).raise_for_status()


def test_the_overview_counts_messages_once_and_tells_the_time_before(server: Server) -> None:
    _fill(server)
    told = server.client.get("/v1/overview", params=TIME).json()
    now = told["now"]
    assert (now["delivered"], now["bounced"], now["hard"], now["final"], now["deferred"]) == (6, 2, 2, 8, 1)
    assert told["before"]["bounced"] == 1
    assert sum(piece["bounced"] for piece in told["pieces"]) == 2
    assert told["newest_input"]
    news = server.client.get("/v1/overview", params={**TIME, "stream": "news"}).json()["now"]
    assert (news["bounced"], news["delivered"]) == (1, 0)


def test_an_empty_store_has_no_newest_input(server: Server) -> None:
    assert server.client.get("/v1/overview").json()["newest_input"] is None


def test_frequent_templates_come_with_their_course_and_the_time_before(server: Server) -> None:
    _fill(server)
    first, second = server.client.get("/v1/templates/frequent", params=TIME).json()
    assert (first["count"], first["before"], sum(first["trend"]), len(first["trend"])) == (3, 1, 3, 30)
    assert sum(each["count"] for each in first["providers"]) == 3
    assert (second["category"], second["fault"], second["count"]) == ("mailbox_full", "recipient", 1)
    news = server.client.get("/v1/templates/frequent", params={**TIME, "stream": "order"}).json()
    assert [each["count"] for each in news] == [1]


def test_the_cost_of_a_time_follows_its_events(server: Server) -> None:
    _fill(server)
    told = server.client.get("/v1/cost", params=TIME).json()
    rates = told["rates"]
    assert (told["delivered"], told["others"]) == (6, 4)
    assert told["standing"] == round(2 * rates["day"], 4)
    events = (6 * rates["million_delivered"] + 4 * rates["million_others"]) / 1e6
    assert abs(told["euros"] - (events + 2 * rates["day"])) < 1e-4
    assert abs(told["month"] - told["euros"] / 2 * 30.4) < 0.02
    today = server.client.get("/v1/cost").json()
    assert (today["delivered"], today["others"]) == (0, 0)
    assert today["since"].endswith("T00:00:00Z")
    news = server.client.get("/v1/cost", params={**TIME, "stream": "news"}).json()
    assert (news["delivered"], news["others"]) == (0, 3)


def test_campaigns_begin_with_their_first_failure(server: Server) -> None:
    _fill(server)
    found = server.client.get("/v1/campaigns", params=TIME).json()
    assert [(each["name"], each["first"]) for each in found] == [
        ("spring", "2026-01-05T09:00:00Z"),
        ("summer", "2026-01-06T11:00:00Z"),
    ]


def test_responses_are_found_by_text_address_rule_and_what_is_masked(server: Server) -> None:
    _fill(server)

    def found(**asked: str) -> list[str]:
        answer = server.client.get("/v1/responses", params={**TIME, **asked})
        answer.raise_for_status()
        return [each["address"] for each in answer.json()["items"]]

    assert found() == ["full@example.com", "gone@example.net", "dead@example.com", "dead@example.com"]
    assert found(q="over QUOTA") == ["full@example.com"]
    assert found(q="Gone@example.net") == ["gone@example.net"]
    assert found(q="nobody@example.net") == []
    assert found(q="<full@") == ["full@example.com"]
    rule = server.client.get("/v1/responses", params={**TIME, "category": "mailbox_full"}).json()["items"][0]["rule"]
    assert found(q=rule) == ["full@example.com"]
    assert found(fault="recipient", stream="order") == ["gone@example.net"]
    facets = server.client.get("/v1/responses/facets", params=TIME).json()
    assert facets["counted"] == 4
    assert {each["value"]: each["count"] for each in facets["facets"]["fault"]} == {"recipient": 4}


def test_pages_of_responses_follow_each_other(server: Server) -> None:
    _fill(server)
    seen, cursor = [], None
    while True:
        asked = {**TIME, "limit": "1"} | ({"cursor": cursor} if cursor else {})
        page = server.client.get("/v1/responses", params=asked).json()
        seen += [each["key"] for each in page["items"]]
        if (cursor := page["next"]) is None:
            break
    assert len(seen) == len(set(seen)) == 4


def test_one_response_is_explained(server: Server) -> None:
    _fill(server)
    (item,) = server.client.get("/v1/responses", params={**TIME, "category": "mailbox_full"}).json()["items"]
    told = server.client.get(f"/v1/responses/{item['key']}", params={"language": "de"}).json()
    assert told["raw"] == FULL.format("full@example.com")
    assert told["raw_is"] == "shown"
    assert told["matched"] in told["raw"].lower()
    assert told["sentence"]
    assert told["advice"]
    assert server.client.get("/v1/responses/0123456789abcdef").status_code == 404


def test_news_come_by_themselves(server: Server) -> None:
    assert server.client.get("/v1/news").json() == {"newest_input": None, "decision": 0}
    with server.client.stream("GET", "/v1/news", headers={"Accept": "text/event-stream"}) as answer:
        heard = (json.loads(line[6:]) for line in answer.iter_lines() if line.startswith("data: "))
        assert next(heard)["newest_input"] is None
        _fill(server)
        assert next(heard)["newest_input"] is not None
    assert server.client.get("/v1/news").json()["newest_input"] is not None


def test_demo_data_come_into_an_empty_installation_only(server: Server) -> None:
    assert server.client.post("/v1/demo").status_code == 202
    assert "demo.load" in [each["action"] for each in server.client.get("/v1/audit").json()["items"]]
    refused = server.client.post("/v1/demo")
    assert (refused.status_code, refused.headers["content-type"]) == (409, "application/problem+json")
    with server.client.stream("GET", "/v1/news", headers={"Accept": "text/event-stream"}, timeout=120) as answer:
        for line in answer.iter_lines():
            if line.startswith("data: ") and server.client.get("/v1/overview").json()["now"]["events"] >= 100_000:
                break
    # The last day alone may hold nothing that is not understood.
    whole = server.client.get("/v1/overview", params={"since": rfc3339(time.time() - 35 * 86_400)}).json()["now"]
    assert whole["unclassified"] > 0
    assert [each["verdict"] for each in server.client.get("/v1/incidents").json()["items"]] == ["outage"]
    assert server.client.post("/v1/demo").status_code == 409
