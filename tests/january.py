"""A small January of two streams, for months' reports."""

from processes import Server, event, ndjson


def fill(server: Server) -> None:
    """600 deliveries and 9 hard bounces of news on a day, 3 of order a week later: these are suppressed."""
    events = [
        event(f"d{n}@example.com", f"2026-01-05T08:{n % 60:02}:00Z", "delivered", message_id=f"d{n}", stream="news")
        for n in range(600)
    ]
    events += [event(f"x{n}@example.net", "2026-01-05T09:00:00Z", message_id=f"x{n}", stream="news") for n in range(9)]
    events += [event(f"x{n}@example.net", "2026-01-12T09:00:00Z", message_id=f"y{n}", stream="order") for n in range(3)]
    server.client.post("/v1/events", content=ndjson(*events)).raise_for_status()
