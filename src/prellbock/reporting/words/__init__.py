"""What a report says, per language: ``en.toml`` and ``de.toml``, with the same keys."""

from functools import cache
from importlib.resources import files
from typing import Literal, get_args

import msgspec

Language = Literal["en", "de"]
LANGUAGES: tuple[Language, ...] = get_args(Language)


class Words(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Texts with places for figures in braces."""

    title: str
    all_streams: str
    stream: str
    until: str
    made: str
    page: str
    empty: str
    running: str
    bounce_rate: str
    hard_rate: str
    final: str
    delivered: str
    bounced: str
    hard: str
    deferred: str
    complaints: str
    unsubscribed: str
    days_over: str
    suppressed: str
    paused: str
    revived: str
    released: str
    of: str
    days_of: str
    points: str
    before: str
    not_comparable: str
    limit: str
    over_one: str
    over_many: str
    over_none: str
    no_days: str
    chart: str
    chart_alt: str
    none: str
    few: str
    over_mark: str
    causes: str
    cause: str
    fault: str
    reports: str
    share: str
    previous: str
    change: str
    causes_note: str
    providers: str
    provider: str
    others_one: str
    others_many: str
    decisions: str
    decisions_note: str
    suppressed_for: str
    other_reason: str
    actions: str
    incidents: str
    incident: str
    going_on: str
    outage: str
    real: str
    by_hand: str
    published_rules: str
    published_policy: str
    restores: str
    alarms: str
    no_actions: str
    others_name: str
    definition: str
    months: tuple[str, ...]
    mail_subject: str
    mail_text: str
    mail_link: str
    day: str
    value: str
    faults: dict[str, str]
    categories: dict[str, str]
    alarm_kinds: dict[str, str]


@cache
def words_of(language: Language) -> Words:
    """The words of a language."""
    content = (files(__package__) / f"{language}.toml").read_bytes()
    return msgspec.toml.decode(content, type=Words)
