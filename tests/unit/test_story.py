"""The sentences about a recipient."""

import msgspec
import pytest

from prellbock.history.judge import Standing, Status
from prellbock.history.story import ENGLISH, Evidence, Facts, tell

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
    assert any("consent" in sentence for sentence in rest)


@pytest.mark.parametrize("status", ["deliverable", "watched", "paused", "suppressed"])
@pytest.mark.parametrize("rule", [None, "dead-once", "dead-once/probe", "imported", "mirrored"])
@pytest.mark.parametrize("texts", [(), (None,), ("550 no",)])
@pytest.mark.parametrize("language", [ENGLISH])
def test_every_standing_can_be_told(
    status: Status, rule: str | None, texts: tuple[str | None, ...], language: object
) -> None:
    standing = Standing(status=status, rule=rule, since=JANUARY_6, until=JANUARY_6 + DAY)
    marks = [
        Standing(status="complained", scope="tips", since=JANUARY_6),
        Standing(status="unsubscribed", scope="marketing"),
    ]
    domain = Standing(status="paused", until=JANUARY_6, rule="domain-unreachable", category="network")
    told = tell(facts(standing, *texts, marks=marks, domain=domain, last_delivery=JANUARY_6), ENGLISH)
    assert len(told) == 6
    assert all(
        sentence.endswith(".") and "{" not in sentence and "None" not in sentence.replace("None,", "")
        for sentence in told[1:]
    )


def test_long_answers_are_cut_and_their_further_codes_left_out() -> None:
    text = "550-5.1.1 The account does not exist. 550-5.1.1 Please check it. 550 5.1.1 " + "x" * 300
    standing = Standing(
        status="paused", since=JANUARY_6, until=JANUARY_6, category="unknown_recipient", rule="dead-once"
    )
    first = tell(facts(standing, text))[0]
    assert "'550-5.1.1 The account does not exist. Please check it. xxx" in first
    assert len(first) < 320


def test_nothing_known() -> None:
    assert tell(facts(Standing(), known=False)) == ["Nothing is known of this address, so it may be mailed."]
