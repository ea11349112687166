"""How is a verdict said to people? One plain sentence and what to do about it, in English or German."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Literal

import msgspec

Language = Literal["en", "de"]
LANGUAGES: tuple[Language, ...] = ("en", "de")

# Names that are not their key with a capital letter.
_NAMES = {
    "gmx": "GMX",
    "webde": "WEB.DE",
    "ionos": "IONOS",
    "t-online": "T-Online",
    "freenet": "freenet",
    "strato": "STRATO",
    "mailbox-org": "mailbox.org",
    "all-inkl": "ALL-INKL",
    "one-com": "one.com",
    "ewe": "EWE",
    "htp": "htp",
    "o2-de": "o2",
    "att": "AT&T",
    "bt": "BT",
    "a1": "A1",
    "upc-at": "UPC",
    "kpn": "KPN",
    "tim": "TIM",
    "sfr": "SFR",
    "laposte": "La Poste",
    "ovh": "OVH",
    "qq": "QQ",
    "netease": "NetEase",
    "kddi": "KDDI",
    "ocn": "OCN",
    "wp": "WP",
    "home-pl": "home.pl",
    "mail-ru": "Mail.ru",
    "ukr-net": "UKR.NET",
    "i-ua": "I.UA",
    "abv": "ABV.bg",
    "inbox-lv": "Inbox.lv",
    "uol": "UOL",
    "bol": "BOL",
    "yahoo-japan": "Yahoo! JAPAN",
    "bell-canada": "Bell Canada",
    "protonmail": "Proton Mail",
    "godaddy": "GoDaddy",
    "facebook": "Facebook",
    "freemail-hu": "Freemail",
}
_NOBODY = {"en": "the receiving server", "de": "der empfangende Server"}
_SERVER_OF = {"en": "the server of {}", "de": "der Server von {}"}
_FURTHER = {
    "blocklist": {"en": "It names the blocklist {}.", "de": "Genannt wird die Sperrliste {}."},
    "retry_after": {"en": "It asks to wait {} seconds.", "de": "Gewünscht sind {} Sekunden Wartezeit."},
    "did_you_mean": {"en": "Perhaps {} was meant.", "de": "Vielleicht war {} gemeint."},
}


class Phrases(msgspec.Struct, frozen=True):
    """The sentences of one category by language."""

    what: dict[Language, str]
    do: dict[Language, str]


@cache
def phrases() -> dict[str, Phrases]:
    """The sentences of every category."""
    text = Path(__file__).with_name("phrasebook.toml").read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(text), dict[str, Phrases])


def provider_name(provider: str) -> str:
    """A provider's name as people write it: ``GMX`` for ``gmx``."""
    return _NAMES.get(provider) or provider.replace("-", " ").title()


def sentence(
    category: str, provider: str | None, language: Language, further: dict[str, str | int | None] | None = None
) -> str:
    """What happened, in plain words; ``further`` holds `blocklist`, `retry_after`, `did_you_mean` where known."""
    server = _SERVER_OF[language].format(provider_name(provider)) if provider else _NOBODY[language]
    said = phrases()[category].what[language].replace("{server}", server)
    more = [
        words[language].format(value)
        for field, words in _FURTHER.items()
        if (value := (further or {}).get(field)) is not None
    ]
    return " ".join([said[0].upper() + said[1:], *more])


def advice(category: str, language: Language) -> str:
    """What to do about a verdict of that category."""
    return phrases()[category].do[language]
