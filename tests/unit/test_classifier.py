from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prellbock.classify.classifier import Classifier
from prellbock.classify.explain import explain
from prellbock.events import DeliveryEvent, Verdict
from prellbock.rules.model import Rule, RuleSet
from prellbock.rules.toml import read_folder
from prellbock.taxonomy import FAULT_OF

SMALL = Classifier(read_folder(Path(__file__).parents[1] / "data" / "rules"))


def judge(*rules: Rule, event: DeliveryEvent | None = None) -> Verdict:
    return Classifier(RuleSet(rules)).classify(
        event or DeliveryEvent(response="550 mailbox of the user is blocked here")
    )


def rule(name: str, category: str, match: Sequence[str] = ("blocked here",), **more: object) -> Rule:
    return Rule(name=name, category=category, match=tuple(match), **more)  # type: ignore[arg-type]


def test_a_rule_decides_before_any_code() -> None:
    verdict = SMALL.classify(DeliveryEvent(response="550 5.7.1 <u@example.com>: over quota", mx="mx.google.com"))
    assert verdict == Verdict(
        "mailbox_full", "recipient", True, "rule", "over-quota", 1.0, "550 5.7.1 <{address}>: over quota", "google"
    )


def test_a_code_decides_where_no_rule_matches() -> None:
    verdict = SMALL.classify(DeliveryEvent(response="550 5.1.1 computer says no"))
    assert (verdict.category, verdict.decided_by, verdict.rule) == ("unknown_recipient", "code", "5.1.1")
    assert 0 < verdict.confidence < 1


def test_nobody_decides_what_cannot_be_known() -> None:
    verdict = SMALL.classify(DeliveryEvent(response="451 try later"))
    assert (verdict.category, verdict.decided_by, verdict.rule, verdict.confidence) == (
        "unclassified",
        "none",
        None,
        0.0,
    )
    assert verdict.permanent is False
    assert SMALL.classify(DeliveryEvent()).permanent is None


def test_a_code_that_says_something_beats_a_zero() -> None:
    verdict = SMALL.classify(DeliveryEvent(response="550 5.1.1 no", status="5.0.0"))
    assert verdict.rule == "5.1.1"
    assert SMALL.classify(DeliveryEvent(response="550 5.0.0 no", status="5.2.2")).rule == "5.2.2"


@pytest.mark.parametrize(
    ("outcome", "feedback_type", "category"),
    [
        ("delivered", None, "delivered"),
        ("complaint", "abuse", "complaint"),
        ("complaint", "opt-out", "unsubscribe"),
        ("complaint", "not-spam", "unclassified"),
        ("feedback", "auth-failure", "authentication_failed"),
        ("feedback", "virus", "virus"),
        ("unsubscribe", None, "unsubscribe"),
        ("auto_reply", None, "auto_reply"),
        ("challenge_response", None, "challenge_response"),
    ],
)
def test_some_outcomes_are_their_own_verdict(outcome: str, feedback_type: str | None, category: str) -> None:
    event = DeliveryEvent(outcome=outcome, feedback_type=feedback_type, response="550 user unknown")  # type: ignore[arg-type]
    verdict = SMALL.classify(event)
    assert (verdict.category, verdict.fault) == (category, FAULT_OF[category])
    assert (verdict.decided_by, verdict.confidence) == ("code", 1.0)
    assert verdict.rule is not None and verdict.rule.startswith(f"outcome:{outcome}")


def test_between_faults_the_one_that_does_not_suppress_wins() -> None:
    assert judge(rule("a", "unknown_recipient"), rule("b", "reputation")).rule == "b"
    assert judge(rule("a", "unknown_domain", code=("550",)), rule("b", "spam_content")).rule == "b"
    assert judge(rule("a", "unknown_recipient", priority=1), rule("b", "reputation")).rule == "a"


def test_within_a_fault_priority_scope_literal_and_order_decide() -> None:
    low = rule("low", "policy", ("mailbox of the user is blocked here",), code=("550",), priority=-1)
    wide = rule("wide", "policy", ("mailbox of the user is blocked here",))
    narrow = rule("narrow", "policy", code=("5xx",))
    long = rule("long", "policy", ("is blocked here",))
    first, second = rule("first", "policy"), rule("second", "policy", ("blocked here$",))
    assert judge(low, wide).rule == "wide"
    assert judge(wide, narrow).rule == "narrow"
    assert judge(first, long).rule == "long"
    assert judge(first, second).rule == "first"
    assert judge(second, first).rule == "second"


def test_given_up_is_the_last_resort() -> None:
    expired = rule("expired", "expired", ("delivery time expired",), priority=50)
    full = rule("full", "mailbox_full", ("mailbox full",), priority=-49)
    text = "554 5.4.7 delivery time expired (last transfail: 452 4.2.2 {})"
    classifier = Classifier(RuleSet((expired, full)))
    inner = classifier.classify(DeliveryEvent(response=text.format("mailbox full")))
    assert (inner.rule, inner.permanent) == ("full", False)
    assert classifier.classify(DeliveryEvent(response=text.format("no"))).rule == "4.2.2"
    assert classifier.classify(DeliveryEvent(response="delivery time expired")).rule == "expired"
    assert classifier.classify(DeliveryEvent(response="delivery time expired", status="5.4.7")).rule == "expired"


@pytest.mark.parametrize(
    ("text", "decided"),
    [
        ("550 zebra", "word"),
        ("550 5.7.1 zebra", "word"),
        ("550 5.1.1 zebra", "word"),
        ("550 5.6.1 zebra", "5.6.1"),
        ("550 zebra, given up", "expired"),
        ("550 zebra crossing", "better"),
    ],
)
def test_a_single_word_decides_where_nothing_else_does(text: str, decided: str) -> None:
    word = rule("word", "policy", ("zebra",), priority=-50)
    better = rule("better", "reputation", ("crossing",), priority=-49)
    expired = rule("expired", "expired", ("given up",))
    classifier = Classifier(RuleSet((word, better, expired)))
    event = DeliveryEvent(response=text)
    assert classifier.classify(event).rule == decided
    told = explain(classifier, event)
    winners = [match.rule for match in told.matches if match.result == "wins"]
    assert winners == ([decided] if decided != "5.6.1" else [])
    assert all("knows" in m.result for m in told.matches if m.rule not in winners)


def test_unless_takes_a_rule_out() -> None:
    assert SMALL.classify(DeliveryEvent(response="450 user unknown, try again later")).category == "unclassified"
    assert SMALL.classify(DeliveryEvent(response="try again later; user unknown")).category == "unclassified"
    assert SMALL.classify(DeliveryEvent(response="450 user unknown")).category == "unknown_recipient"


@pytest.mark.parametrize(
    ("scope", "event", "fits"),
    [
        ({"provider": ("google",)}, DeliveryEvent(mx="mx.google.com"), True),
        ({"provider": ("google",)}, DeliveryEvent(recipient="u@gmail.com"), True),
        ({"provider": ("google",)}, DeliveryEvent(mx="mx.example.com"), False),
        ({"code": ("5xx",)}, DeliveryEvent(smtp_code=554), True),
        ({"code": ("5xx",)}, DeliveryEvent(smtp_code=454), False),
        ({"code": ("5xx",)}, DeliveryEvent(), False),
        ({"code": ("5.1.x",)}, DeliveryEvent(status="5.1.10"), True),
        ({"code": ("5.1.1",)}, DeliveryEvent(status="5.1.10"), False),
        ({"code": ("4.x.x", "550")}, DeliveryEvent(smtp_code=550, status="5.1.1"), True),
        ({"stage": ("rcpt",)}, DeliveryEvent(stage="rcpt"), True),
        ({"stage": ("rcpt",)}, DeliveryEvent(stage="eod"), False),
        ({"stage": ("rcpt",)}, DeliveryEvent(), False),
        ({"reporter": "own"}, DeliveryEvent(reporting_mta="mta.news.example.org", sender="a@example.org"), True),
        (
            {"reporter": "own"},
            DeliveryEvent(mx="mx.example.com", reporting_mta="a.example.org", sender="a@example.org"),
            False,
        ),
        ({"reporter": "remote"}, DeliveryEvent(mx="mx.example.com"), True),
        ({"reporter": "remote"}, DeliveryEvent(reporting_mta="mx.example.com", recipient="u@example.com"), True),
        ({"reporter": "remote"}, DeliveryEvent(reporting_mta="mx.other.net", recipient="u@example.com"), False),
    ],
)
def test_a_scope_must_fit(scope: dict[str, object], event: DeliveryEvent, fits: bool) -> None:
    event.response = "blocked here"
    assert (judge(rule("scoped", "policy", **scope), event=event).rule == "scoped") is fits  # type: ignore[arg-type]


_PIECES = ["550", "452", "5.1.1", "4.2.2", "user unknown", "over quota", "listed at spamhaus", "u@a.example", "Ü\n550-"]
_EVENTS = st.builds(
    DeliveryEvent,
    response=st.none() | st.lists(st.sampled_from(_PIECES), max_size=6).map(" ".join),
    smtp_code=st.none() | st.sampled_from([450, 550]),
    status=st.none() | st.sampled_from(["5.0.0", "5.1.1", "4.2.2"]),
    mx=st.none() | st.sampled_from(["mx.google.com", "mx.example.com"]),
    stage=st.none() | st.sampled_from(["rcpt", "eod"]),
    outcome=st.none() | st.sampled_from(["bounced", "deferred", "delivered", "complaint"]),
)


@given(st.lists(_EVENTS, max_size=12))
def test_a_batch_is_judged_like_its_events_one_by_one(events: list[DeliveryEvent]) -> None:
    fresh = Classifier(SMALL.ruleset) if len(events) == 1 else SMALL
    assert fresh.classify_many(events) == [SMALL.classify(event) for event in events]
    bare = SMALL.classify_many(events, templates=False)
    assert all(verdict.template is None for verdict in bare)
    assert [verdict.category for verdict in bare] == [SMALL.classify(event).category for event in events]


def test_more_texts_than_one_scan_takes() -> None:
    words = ["over quota", "user unknown", "nothing to say"]
    events = [DeliveryEvent(response=f"550 {words[n % 3]} w{'x' * (n % 700)}") for n in range(2100)]
    found = [verdict.category for verdict in SMALL.classify_many(events)]
    assert found == ["mailbox_full", "unknown_recipient", "unclassified"] * 700


@given(_EVENTS)
def test_an_explanation_tells_the_verdict_that_classify_gives(event: DeliveryEvent) -> None:
    told = explain(SMALL, event)
    assert told.verdict == SMALL.classify(event)
    winners = [match.rule for match in told.matches if match.result == "wins"]
    if told.verdict.decided_by == "rule":
        assert winners == [told.verdict.rule]


def test_an_explanation_shows_where_and_why() -> None:
    told = explain(SMALL, DeliveryEvent(response="554 Ü Client host [192.0.2.1] blocked using zen", stage="rcpt"))
    winner, loser = told.matches
    assert told.text[winner.begin : winner.end].startswith("blocked using z")
    assert (winner.rule, loser.rule) == ("blocklist", "blocked-rcpt")
    assert "does not blame the recipient" in loser.result
    unless = explain(SMALL, DeliveryEvent(response="user unknown, try again later")).matches
    assert "unless" in unless[0].result
    scope = explain(SMALL, DeliveryEvent(response="554 blocked using zen")).matches
    assert "do not fit" in scope[-1].result


def test_the_shipped_classifier_works_and_knows_its_version(tmp_path: Path) -> None:
    classifier = Classifier.default(tmp_path)
    assert len(classifier.version) == 12
    assert classifier.classify(DeliveryEvent(response="550 5.1.1 user unknown")).category == "unknown_recipient"
