"""Responses and rules made up for measuring: as many as wanted, no two alike."""

import random
import re

from prellbock.rules.model import Rule, RuleSet

_VARIABLE = re.compile(
    r"(?P<address>[\w.+-]+@[\w-]+(?:\.[\w-]+)+)|(?P<ip>\d{1,3}(?:\.\d{1,3}){3})"
    r"|(?P<host>\b(?:mx|mta|mail|smtp|host)[\w-]*(?:\.[\w-]+)+)|(?P<id>\b(?=\w*\d)(?=\w*[a-z])\w{9,}\b)"
)
_PLAIN = (
    "550 5.1.1 <u@example.com>: Recipient address rejected: User unknown in virtual mailbox table",
    "452 4.2.2 The email account that you tried to reach is over quota x12si123456wrb.23 - gsmtp",
    "554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using zen.spamhaus.org",
    "450 4.2.0 <u@example.com>: Recipient address rejected: Greylisted",
    "421 4.7.0 mx1.example.net Error: too many connections from 192.0.2.1",
)
_WORDS = (
    "mailbox user account recipient sender message policy server domain address quota spam reputation listed blocked "
    "rejected denied unknown disabled full expired limit rate relay virus content header invalid missing closed"
)


def distinct_responses(ruleset: RuleSet, count: int, chance: random.Random) -> list[str]:
    """The rules' examples with other addresses, hosts and ids, each text once; those without any get a queue id."""
    examples = [" ".join(example.text.split()) for rule in ruleset.rules for example in rule.examples] or list(_PLAIN)
    found: dict[str, None] = {}
    while len(found) < count:
        text = examples[len(found) % len(examples)]
        changed = _VARIABLE.sub(lambda hit: _other(str(hit.lastgroup), chance), text)
        found[changed if changed != text else f"{text} {_other('id', chance)}"] = None
    return list(found)


def _other(kind: str, chance: random.Random) -> str:
    name = f"{chance.getrandbits(40):x}"
    if kind == "address":
        return f"u{name}@d{chance.randrange(50_000)}.example.com"
    if kind == "ip":
        return f"198.51.{chance.randrange(256)}.{chance.randrange(256)}"
    return f"mx{chance.randrange(50_000)}.example.net" if kind == "host" else f"{name}4f"


def generated_rules(count: int, chance: random.Random) -> RuleSet:
    """Rules of three patterns each, made of the words that responses are made of."""
    words = _WORDS.split()
    rules = []
    for number in range(count):
        patterns = tuple(
            f"{chance.choice(words)} {chance.choice(words)}{chance.choice([' ', ' .{0,20}', ' is '])}"
            f"{chance.choice(words)}(?:s|ed)? {chance.choice(words)}"
            for _ in range(3)
        )
        rules.append(Rule(name=f"generated-{number}", category="policy", match=patterns))
    return RuleSet(tuple(rules))
