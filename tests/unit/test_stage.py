"""Before RCPT no recipient has been named; and an answer that names only the sender's address is about the sender."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prellbock.classify.classifier import Classifier
from prellbock.classify.stage import stage_of
from prellbock.events import STAGES, DeliveryEvent, Stage

DEFAULT = Classifier.default()
EXAMPLES = sorted({example.text for rule in DEFAULT.ruleset.rules for example in rule.examples})


@given(st.sampled_from(EXAMPLES), st.sampled_from(STAGES))
def test_no_recipient_is_blamed_before_he_was_named(text: str, stage: Stage) -> None:
    verdict = DEFAULT.classify(DeliveryEvent(response=text, stage=stage))
    assert stage not in {"connect", "helo", "mail"} or verdict.fault != "recipient"
    assert stage not in {"helo", "mail"} or verdict.fault != "domain"


@pytest.mark.parametrize(
    ("text", "stage", "category"),
    [
        ("550 User unknown", "mail", "sender_rejected"),
        ("550 5.1.1 Invalid address", "mail", "sender_rejected"),
        ("550 User unknown", "rcpt", "unknown_recipient"),
        ("550 User unknown", "data", "unknown_recipient"),
    ],
)
def test_the_stage_tells_whom_an_answer_means(text: str, stage: Stage, category: str) -> None:
    assert DEFAULT.classify(DeliveryEvent(response=text, stage=stage)).category == category


@pytest.mark.parametrize(
    ("text", "stage"),
    [
        ("550 5.1.1 <bounce@me.example>: User unknown in virtual mailbox table", "mail"),
        ("550-5.1.1 Bounce@ME.example user unknown", "mail"),
        ("550 unknown user bounce@me.example", "mail"),
        ("550 5.1.1 Mailbox bounce@me.example does not exist", "mail"),
        ("550 5.1.1 <k@firma.example>: User unknown", None),
        ("550 no such user k (mail of bounce@me.example)", None),
        ("550 no such user; mail from bounce@me.example", None),
        ("550 message from <bounce@me.example> refused: mailbox full", None),
    ],
)
def test_the_address_that_an_answer_names_alone_is_what_it_is_about(text: str, stage: Stage | None) -> None:
    event = DeliveryEvent(response=text, sender="bounce@me.example", recipient="k@firma.example")
    assert stage_of(event) == stage
    if stage:
        assert DEFAULT.classify(event).fault == "sender"
