"""The sentences about a recipient."""

import msgspec
import pytest

from prellbock.history.judge import Standing, Status
from prellbock.history.languages import ENGLISH, GERMAN, LANGUAGES, Language, chosen
from prellbock.history.story import Act, Chance, Evidence, Facts, tell
from prellbock.taxonomy import CATEGORIES

DAY = 86400.0
JANUARY_6 = 1767682800.0


def facts(standing: Standing, *texts: str | None, **more: object) -> Facts:
    evidence = [Evidence(JANUARY_6 - number * DAY, number, text) for number, text in enumerate(texts)]
    plain = Facts(
        address="u@example.com", standing=standing, marks=[], domain=Standing(), evidence=evidence,
        last_delivery=None, known=True,
    )  # fmt: skip
    return msgspec.structs.replace(plain, **more)


def test_suppressed_names_answer_messages_days_and_rule() -> None:
    standing = Standing(
        status="suppressed", since=JANUARY_6, category="unknown_recipient", rule="dead-twice", evidence=(1, 2)
    )
    first, *rest = tell(facts(standing, "550 5.1.1 User unknown", "550 5.1.1 User unknown"))
    assert first == (
        "Suppressed since 6 January 2026: example.com answered '550 5.1.1 User unknown' to two messages on two days, "
        "no delivery between (category unknown_recipient, rule dead-twice)."
    )
    assert rest[-1] == 'To release it: prellbock release u@example.com --reason "..."'


@pytest.mark.parametrize("status", ["deliverable", "watched", "paused", "suppressed"])
@pytest.mark.parametrize(
    "rule", [None, "dead-once", "dead-once/probe", "dead-once/ended", "imported", "mirrored", "by-hand"]
)
@pytest.mark.parametrize("texts", [(), (None,), ("550 no",)])
@pytest.mark.parametrize("language", LANGUAGES.values(), ids=LANGUAGES)
def test_every_standing_can_be_told(
    status: Status, rule: str | None, texts: tuple[str | None, ...], language: Language
) -> None:
    standing = Standing(status=status, rule=rule, since=JANUARY_6, until=JANUARY_6 + DAY)
    marks = [
        Standing(status="complained", scope="tips", since=JANUARY_6),
        Standing(status="unsubscribed", scope="marketing"),
    ]
    domain = Standing(status="paused", until=JANUARY_6, rule="domain-unreachable", category="network")
    acts = [
        Act(JANUARY_6, kind, "ann", "Because.", scope)
        for kind, scope in (("note", ""), ("suppress", ""), ("release", ""), ("release", "tips"), ("redo", ""))
    ]
    told = tell(
        facts(
            standing, *texts, marks=marks, domain=domain, last_delivery=JANUARY_6, last_engagement=JANUARY_6, acts=acts,
            probes=[(JANUARY_6, "kw2")], chance=Chance(0.125, 0.02, 0.3, 1234),
        ),
        language,
    )  # fmt: skip
    assert len(told) == 4 + 5 + 2 + 2 + 3 + (status in ("paused", "suppressed")) - (rule == "by-hand")
    for sentence in told:
        assert "{" not in sentence
        assert ".." not in sentence.replace('"..."', "")
        assert sentence.endswith((".", '"'))
        assert "None" not in sentence.replace("None,", "").replace("None)", "")


def test_both_languages_say_the_same_things() -> None:
    assert ENGLISH.sentences.keys() == GERMAN.sentences.keys()
    assert ENGLISH.headings.keys() == GERMAN.headings.keys()
    failures = [name for name, category in CATEGORIES.items() if category.fault != "none"]
    assert all(GERMAN.meaning(name) != GERMAN.meaning(None) for name in failures)


def test_german() -> None:
    standing = Standing(
        status="suppressed", since=JANUARY_6, category="unknown_recipient", rule="dead-twice", evidence=(1, 2)
    )
    first, *_ = tell(facts(standing, "550 5.1.1 User unknown", "550 5.1.1 User unknown"), GERMAN)
    assert first == (
        "Gesperrt seit dem 6. Januar 2026: example.com antwortete „550 5.1.1 User unknown“ auf zwei Nachrichten an "
        "zwei Tagen; zugestellt wurde dazwischen nichts (Kategorie unknown_recipient, Regel dead-twice)."
    )


@pytest.mark.parametrize(
    ("language", "pauses", "said"),
    [
        (
            ENGLISH,
            1,
            "Suppressed since 6 January 2026, after one pause (since 7 October 2025, until 6 November 2025): ",
        ),
        (
            ENGLISH,
            2,
            "Suppressed since 6 January 2026, after two pauses (since 7 October 2025, until 16 December 2025): ",
        ),
        (
            GERMAN,
            1,
            "Gesperrt seit dem 6. Januar 2026, nach einer Pause (seit dem 7. Oktober 2025, bis zum 6. November",
        ),
        (
            GERMAN,
            2,
            "Gesperrt seit dem 6. Januar 2026, nach zwei Pausen (seit dem 7. Oktober 2025, bis zum 16. Dezember",
        ),
    ],
)
def test_the_pauses_before_are_told(language: Language, pauses: int, said: str) -> None:
    october_7 = JANUARY_6 - 91 * DAY
    standing = Standing(
        status="suppressed", since=JANUARY_6, category="mailbox_full", rule="full-after-two-pauses",
        pauses=tuple((october_7 + 40 * n * DAY, october_7 + (40 * n + 30) * DAY) for n in range(pauses)),
    )  # fmt: skip
    assert tell(facts(standing, "552 5.2.2 full", "552 5.2.2 full"), language)[0].startswith(said)


def test_between_is_not_said_of_a_single_failure() -> None:
    standing = Standing(
        status="paused", since=JANUARY_6, until=JANUARY_6 + 7 * DAY, category="unknown_recipient", rule="dead-once"
    )
    assert tell(facts(standing, "550 no"))[0] == (
        "Paused from 6 January 2026 until 13 January 2026: example.com answered '550 no' to one message on one day "
        "(category unknown_recipient, rule dead-once)."
    )
    assert "dazwischen" not in tell(facts(standing, "550 no"), GERMAN)[0]
    assert "dazwischen" in tell(facts(standing, "550 no", "550 no"), GERMAN)[0]


def test_what_a_person_suppressed_is_told_once_with_who_and_why() -> None:
    standing = Standing(status="suppressed", since=JANUARY_6, rule="by-hand", source="ann", evidence=(1,))
    act = Act(JANUARY_6, "suppress", "ann", "asked on the phone.")
    told = tell(facts(standing, acts=[act]))
    assert told[0] == (
        "Suppressed since 6 January 2026 by ann ('asked on the phone'). It holds until somebody releases the address "
        "(rule by-hand)."
    )
    assert not any(sentence.startswith("On 6 January") for sentence in told)


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({}, "en"),
        ({"LANG": "de_DE.UTF-8"}, "de"),
        ({"LANG": "de_DE.UTF-8", "LC_ALL": "C"}, "en"),
        ({"LANG": "fr_FR"}, "en"),
        ({"LC_MESSAGES": "de", "LANG": "en_US"}, "de"),
    ],
)
def test_the_language_is_that_of_the_environment(environment: dict[str, str], language: str) -> None:
    assert chosen(environment) == language


def test_long_answers_are_cut_and_their_further_codes_left_out() -> None:
    text = "550-5.1.1 The account does not exist. 550-5.1.1 Please check it. 550 5.1.1 " + "x" * 300
    standing = Standing(
        status="paused", since=JANUARY_6, until=JANUARY_6, category="unknown_recipient", rule="dead-once"
    )
    first = tell(facts(standing, text))[0]
    assert "'550-5.1.1 The account does not exist. Please check it. xxx" in first
    assert len(first) < 320


@pytest.mark.parametrize(
    ("language", "times", "said"),
    [
        (
            ENGLISH,
            [0.0],
            "A failure on 6 January 2026 lies in an outage of the provider and does not count (incident g).",
        ),
        (ENGLISH, [0.0, -60.0], "2 failures, the last on 6 January 2026, lie in an outage of the provider and do not"),
        (
            GERMAN,
            [0.0],
            "Ein Fehlschlag am 6. Januar 2026 fällt in eine Störung des Providers und zählt nicht (Vorfall",
        ),
        (GERMAN, [0.0, -60.0], "2 Fehlschläge, der letzte am 6. Januar 2026, fallen in eine Störung des Providers"),
    ],
)
def test_a_failure_in_an_outage_is_told(language: Language, times: list[float], said: str) -> None:
    excused = [(JANUARY_6 + 3600 + time, "g") for time in times]
    assert any(sentence.startswith(said) for sentence in tell(facts(Standing(), excused=excused), language))


def test_nothing_known() -> None:
    assert tell(facts(Standing(), known=False)) == ["Nothing is known of this address, so it may be mailed."]
