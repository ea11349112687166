"""What stands in a template where a response had something variable?

A template is scanned like a response, so each placeholder has a sample of its kind that stands in for it there.
"""

SAMPLES: dict[str, str] = {
    "{address}": "user@example.com",
    "{host}": "mx1.example.net",
    "{ip}": "192.0.2.1",
    "{id}": "4f6a2b9c7d1e",
    "{number}": "12345",
    "{time}": "2024-05-06t07:08:09",
    "{url}": "https://www.example.com/x",
}
"""Placeholder: a text of that kind, in lower case."""
