"""What does a template show of a web address? Its page, without ids, addresses and what is asked of the page."""

import re

from prellbock.classify.placeholders import SAMPLES
from prellbock.classify.telling_words import is_telling

_LIMIT = 20_000
_IP = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}")
_IP_OR_DIGITS = re.compile(r"[\d.]+(?::\d+)?")
_NUMBER = re.compile(r"\d{3}")
_WITH_PATH = re.compile(r"(https?://[^/\s]+)/[^\s)>\]]*", re.IGNORECASE)
_PAGE = re.compile(r"[A-Za-z]{1,6}-?\d{1,7}|\d{1,3}[a-z]{1,12}\.html?")


def shown_url(text: str) -> str:
    """A page keeps its name; an address with an id in it loses the id, and what follows a question mark."""
    scheme, _, rest = text.partition("://")
    end = len(rest.rstrip(".,;:!"))
    rest, tail = rest[:end], rest[end:]
    page, mark, query = rest.partition("?")
    host, slash, path = page.partition("/")
    path = "/".join(map(_segment, path.split("/")))
    return f"{scheme}://{_hosts[host]}{slash}{path}{mark}{_query(query) if query else ''}{tail}"


def without_paths(template: str) -> str:
    """A template whose web addresses end at their host: words in a path are no words of the reply."""
    return _WITH_PATH.sub(r"\1", template) if "://" in template else template


class _Known(dict[str, str]):
    """Parts of web addresses that a template shows as they are; others are rarely seen again."""

    def make(self, key: str) -> str:
        raise NotImplementedError

    def __missing__(self, key: str) -> str:
        shown = self.make(key)
        if shown == key:
            if len(self) >= _LIMIT:
                self.clear()
            self[key] = key
        return shown


class _Hosts(_Known):
    def make(self, key: str) -> str:
        if "{" in key:
            return key
        if _IP_OR_DIGITS.fullmatch(key):
            return "{ip}"
        return "{host}" if _NUMBER.search(key) else key


class _Segments(_Known):
    def make(self, key: str) -> str:
        if key in SAMPLES:
            return key
        if "@" in key:
            return "{address}"
        if _IP.fullmatch(key):
            return "{ip}"
        return key if not key or _PAGE.fullmatch(key) or (len(key) < 32 and is_telling(key, 12)) else "{id}"


class _Names(_Known):
    """Names of parameters with the equals sign behind them; what is none is an id."""

    def make(self, key: str) -> str:
        return key if is_telling(key, 12) else "{id}"


_hosts = _Hosts()
_segment = _Segments().__getitem__
_name = _Names().__getitem__


def _query(text: str) -> str:
    shown = []
    for pair in text.replace(";", "&").split("&"):
        name, equals, value = pair.partition("=")
        if not equals:
            shown.append(_segment(name))
        elif _name(name) == name:
            shown.append(f"{name}={_segment(value)}")
        else:
            shown.append("{id}")
    return "&".join(shown)
