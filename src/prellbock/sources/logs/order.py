"""All formats of logs; a new one is a module beside this one and a line here (docs/how-to/add-a-source.md).

The order is that in which they are tried: of the JSON logs the one with the most telling fields first.
"""

from prellbock.sources.logs import exim, halon, haraka, kumomta, opensmtpd, postfix, powermta, sendmail, zonemta
from prellbock.sources.logs.reading import Format

LOGS: dict[str, Format] = {
    module.FORMAT.name: module.FORMAT
    for module in (postfix, exim, sendmail, opensmtpd, powermta, kumomta, halon, haraka, zonemta)
}


def recognised(head: bytes) -> str | None:
    """The name of the format that a file with this beginning has."""
    return next((name for name, each in LOGS.items() if each.recognises(head)), None)
