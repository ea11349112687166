"""What varies in the words that are met most? The short cut for `variable_parts.masked_word`, with the same result.

Most variable words are one address, IP address, host or id with signs around it: ``to=<u@example.com>,``,
``[192.0.2.1]:25:``, ``554-mx.example.net``, ``mx.example.net[192.0.2.1]``, ``(x12si1234567wrb.23)``. Words of these
shapes are recognised at once; whatever could be read in another way has none of them.
"""

import re

from prellbock.classify.telling_words import shown_word
from prellbock.classify.urls import shown_url
from prellbock.classify.variable_parts import ROLES, is_role

# A field name before a colon must not be the first group of an IPv6 address, nor "prvs=" (BATV) a field name.
_LEAD = r"((?:(?!prvs=)[A-Za-z]{1,16}+(?:=|:(?![0-9A-Fa-f]{1,4}:)))?[<(\['\"]*)"
_REPLY = r"[245][0-5][0-9]-"
_IP = r"[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}"
_TAIL = r"([>)\],;:!'\"]*\.{0,3})\Z"
_ANY_ADDRESS = rf"(?!{_REPLY})[A-Za-z0-9._+-]{{1,64}}+@[A-Za-z0-9-]++(?:\.[A-Za-z0-9-]++)*+"
_ADDRESS = re.compile(rf"{_LEAD}({_ANY_ADDRESS}){_TAIL}")
_ROLE_LETTERS = [re.escape("".join(sorted({role[at] + role[at].upper() for role in ROLES}))) for at in range(3)]
_BRACKETED = re.compile(rf"<(?![{']['.join(_ROLE_LETTERS)}]){_ANY_ADDRESS}>")
"""No address that may be the one of an office."""
_URL = re.compile(r"([<(\['\"]*)((?:https?|ftp)://[^\s<>\"'\]){}]+)([>)\],;:!'\".]*)\Z")
# A word that begins with digits and a sign may be a time or a code.
_WORD = r"[0-9]*+[A-Za-z][A-Za-z0-9]*+(?:(?:[-_#+/~$%!&*]++|\.)[A-Za-z0-9]++)*+|[0-9]++"
_OTHER = re.compile(rf"{_LEAD}({_REPLY}(?=[A-Za-z]|{_IP}))?(?:{_IP}|({_WORD})(\[{_IP}\](?::25)?)?){_TAIL}")


def quickly_masked(word: str) -> str | None:
    """The word with placeholders for what varies in it; None where that is not so easily said."""
    if "@" in word:
        if found := _ADDRESS.match(word):
            return word if is_role(found[2]) else f"{found[1]}{{address}}{found[3]}"
        return None
    if "://" in word:
        return f"{found[1]}{shown_url(found[2])}{found[3]}" if (found := _URL.match(word)) else None
    found = _OTHER.match(word)
    if found is None:
        return None
    lead, reply, core, machine, tail = found.groups("")
    if not core:
        return f"{lead}{reply}{{ip}}{tail}"
    if machine:
        tail = f"[{{ip}}]{':25' if machine.endswith(':25') else ''}{tail}"
    return f"{lead}{reply}{shown_word(core)}{tail}"


def without_bracketed_addresses(text: str) -> str:
    """The text with ``<{address}>`` for what is surely that in any surroundings: the commonest variable part by far."""
    return _BRACKETED.sub("<{address}>", text)
