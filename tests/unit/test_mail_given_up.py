"""An absence never costs a reader: only what a machine tells of its own address is an address given up."""

from email.header import Header

import pytest

from prellbock.events import DeliveryEvent
from prellbock.sources.mail import read_mail


def answer(text: str, subject: str = "Automatic reply: x", sender: str = "Jane <jane@example.org>") -> DeliveryEvent:
    raw = (
        f"From: {sender}\nTo: sender@news.example\nSubject: {Header(subject, 'utf-8').encode()}\n"
        "Date: Mon, 23 Nov 2026 10:00:00 +0100\nAuto-Submitted: auto-replied\nIn-Reply-To: <orig-1@news.example>\n"
        f"Content-Type: text/plain; charset=utf-8\n\n{text}\n"
    )
    (event,) = read_mail(raw.encode())
    return event


@pytest.mark.parametrize(
    "text",
    [
        # Quoted.
        "I am away.\n\n> This email address is no longer in use.",
        "Thank you.\n\n> If this email address is no longer in use, please tell us.",
        "Thank you.\n\n-----Original Message-----\nThis email address is no longer in use.",
        "Danke.\n\nVon: Shop\nGesendet: Montag\n\nDiese E-Mail-Adresse ist nicht mehr gültig.",
        "Thanks.\n\nOn Mon, 23 Nov 2026, Shop <sender@news.example> wrote:\nThis mailbox has been closed.",
        # Supposed or asked.
        "If this email address is no longer in use, tell us.",
        "Falls diese Adresse nicht mehr gültig ist, schreiben Sie uns.",
        "Your account has been closed? Call our hotline.",
        # Somebody else.
        "Thank you. Peter has left the company, I take over his customers. I am in the office tomorrow.",
        "My colleague Max has left the company; please contact Jane instead.",
        "Peter has left the company, his customers are now mine; write to me.",
        "Frau Müller ist nicht mehr für den Einkauf tätig, sondern für den Vertrieb, Sie erreichen mich weiter hier.",
        # Something else.
        "Please note the mailbox sales@example.org is no longer in use.",
        "Unser altes Postfach info@alt.example ist nicht mehr aktiv.",
        "Note: our web address has changed to www.new.example.",
        "Our address has changed. Visit us there.",
        "Bitte beachten Sie: die Adresse Hauptstraße 5 ist nicht mehr gültig, wir sind umgezogen.",
        "Your account has been closed.",
        "Notre ancien compte bancaire n'est plus valide.",
        # For a time, or in part.
        "I no longer work at the Berlin office on Mondays; I am back Tuesday.",
        "I no longer work at the Berlin office on Mondays.",
        "I am on maternity leave and no longer working here until 1 June 2027.",
        "I'm out of the office from 1 Dec and back on 5 Dec. My old address has been closed to externals.",
    ],
)
def test_no_absence_is_an_address_given_up(text: str) -> None:
    assert answer(text).outcome == "auto_reply"


def test_the_subject_of_an_answer_repeats_ours() -> None:
    asked = "Automatic reply: New email address has changed?"
    assert answer("Hi! I'm on holiday until 5 Jan.", asked).outcome == "auto_reply"
    assert answer("Hello.", "Automatic reply: This email address is no longer in use").outcome == "auto_reply"
    assert answer("Hello.", "This email address is no longer in use").outcome == "bounced"


def test_somebody_may_leave_an_address_of_many() -> None:
    told = "Peter Miller has left the company."
    assert answer(told, sender="Sales <sales@example.org>").outcome == "auto_reply"
    assert answer(told, sender="Peter Miller <pm@example.org>").outcome == "bounced"


@pytest.mark.parametrize(
    "text",
    [
        "The address jane@example.org is no longer in use.",
        "Frau Doe ist aus unserem Unternehmen ausgeschieden.",
        "Die von Ihnen verwendete E-Mailadresse existiert nicht mehr.",
        "I have left Example Inc. and this mailbox is no longer monitored; my account will be deleted.",
        "Jane has left the company. Write to me, her successor.",
        "Si informa che questo indirizzo non è più attivo.",
    ],
)
def test_an_address_given_up(text: str) -> None:
    event = answer(text)
    assert event.outcome == "bounced"
    assert event.response is not None and event.response.endswith("[this e-mail address is no longer in use]")


@pytest.mark.parametrize(
    "text",
    ["My e-mail address has changed to jane@new.example.", "Meine Mailadresse hat sich geändert: jane@new.example"],
)
def test_an_address_that_changed(text: str) -> None:
    event = answer(text)
    assert event.outcome == "bounced"
    assert event.response is not None and event.response.endswith("[the e-mail address has changed]")
