"""What stands in a template where a response had something variable?

A template is scanned like a response, so each placeholder has a sample of its kind that stands in for it there. The
samples hold no word that a rule could look for: a recipient called spam@relay.example must not make a message spam.
"""

SAMPLES: dict[str, str] = {
    "{address}": "qzx7k@qzx7k.net",
    "{host}": "qz7.qzx7k.net",
    "{ip}": "192.0.2.1",
    "{id}": "4f6a2b9c7d1e",
    "{number}": "12345",
    "{time}": "2024-05-06t07:08:09",
    "{url}": "https://qzx7k.net/",
}
"""Placeholder: a text of that kind, in lower case."""
