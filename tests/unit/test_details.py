"""Facts beside the verdict: wait times, blocklists, what a reply is about, pages, typing errors of domains."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prellbock.classify.affected import affected_domain, affected_ip
from prellbock.classify.blocklists import blocklist_of, page_of
from prellbock.classify.classifier import Classifier
from prellbock.classify.details import Details, details_of
from prellbock.classify.explain import explain
from prellbock.classify.phrasebook import LANGUAGES, advice, phrases, sentence
from prellbock.classify.provider_pages import PAGES
from prellbock.classify.typing_errors import LARGEST, LONG, did_you_mean, distance
from prellbock.classify.wait_times import LONGEST, retry_after
from prellbock.events import DeliveryEvent
from prellbock.providers import MAILBOX_DOMAINS, PROVIDERS
from prellbock.rules.model import RuleError
from prellbock.rules.toml import read_texts
from prellbock.taxonomy import CATEGORIES


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    return Classifier.default()


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("450 4.2.0 Greylisted, please try again in 300 seconds", 300),
        ("451 4.7.1 Greylisting in action, please come back in 00:04:59", 299),
        ("450 4.7.1 Please try again in 5 minutes", 300),
        ("421 too many messages, retry after 2 hours", 7200),
        ("451 4.7.1 Bitte versuchen Sie es in 10 Minuten erneut; warten 10 Minuten", 600),
        ("450 Recipient address rejected: Greylisted for 60 seconds", 60),
        ("451 Greylisted, please try again in 1 hour and 15 minutes", 4500),
        ("451 4.7.1 Greylisted, try again in 1 hour 30 minutes", 5400),
        ("450 Bitte in 10 Minuten erneut versuchen", 600),
        ("451 4.7.1 Greylisting: noch 300 Sekunden warten", 300),
        ("451 Ressources temporairement indisponibles - Veuillez reessayer plus tard", None),
        ("421 4.7.0 [TS01] Messages from 192.0.2.5 temporarily deferred", None),
        ("550 5.1.1 user unknown, do not try again", None),
        ("552 message exceeds 20 m", None),
        ("451 try again in 0 seconds", None),
        ("", None),
    ],
)
def test_wait_times(text: str, seconds: int | None) -> None:
    assert retry_after(text) == seconds


@given(st.text(alphabet=string.printable, max_size=200))
def test_a_wait_time_is_positive_and_bounded(text: str) -> None:
    seconds = retry_after("try again in " + text)
    assert seconds is None or 0 < seconds <= LONGEST


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("554 5.7.1 Client host [192.0.2.1] blocked using zen.spamhaus.org", "zen.spamhaus.org"),
        ("550 https://www.spamhaus.org/query/ip/192.0.2.1", "spamhaus.org"),
        ("554 blocked using rbl.orbitrbl.com - IP Black Listed", "rbl.orbitrbl.com"),
        ("550 Blocked - see http://csi.cloudmark.com/reset-request/?ip=192.0.2.1", "csi.cloudmark.com"),
        ("553 5.7.1 because the ip is in Spamhaus's list", "spamhaus.org"),
        ("550 5.7.1 message from mail.example.com refused", None),
    ],
)
def test_blocklists(text: str, name: str | None) -> None:
    assert blocklist_of(text) in {name, name and name.partition(".")[2]}


def test_a_blocklist_has_its_page() -> None:
    assert page_of("zen.spamhaus.org") == "https://check.spamhaus.org/"
    assert page_of("rbl.example.com") is None


@pytest.mark.parametrize(
    ("text", "ip"),
    [
        ("554 IP=192.0.2.1 - A problem occurred.", "192.0.2.1"),
        ("host mx.example.net[198.51.100.7] said: 550 your IP 192.0.2.1 is blocked", "192.0.2.1"),
        ("550 [2001:db8:a0b:12f0::1]:34865 has no PTR", "2001:db8:a0b:12f0::1"),
        ("550 192.0.2.1 and 192.0.2.2 are listed", None),
        ("550 5.1.1 user unknown", None),
        ("550 version 1.2.3.456", None),
    ],
)
def test_the_affected_ip(text: str, ip: str | None) -> None:
    assert affected_ip(text) == ip


@pytest.mark.parametrize(
    ("text", "category", "domain"),
    [
        ("550 Email rejected per DMARC policy for mail.example.org", "authentication_failed", "mail.example.org"),
        ("550 5.7.26 example.com's DMARC policy", "authentication_failed", "example.com"),
        ("553 <a@news.example.org>: Sender address rejected: Domain not found", "sender_rejected", "news.example.org"),
        ("550 5.1.2 <u@gmial.con>: no such domain", "unknown_domain", "gmial.con"),
        ("550 5.7.1 your domain example.net is on our list", "reputation", "example.net"),
        ("550 5.1.1 <u@example.com> user unknown", "unknown_recipient", None),
    ],
)
def test_the_affected_domain(text: str, category: str, domain: str | None) -> None:
    assert affected_domain(text, category, CATEGORIES[category].fault, None, None) == domain


KNOWN = sorted({domain for domains in MAILBOX_DOMAINS.values() for domain in domains})


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("gmial.con", "gmail.com"),
        ("gmail.con", "gmail.com"),
        ("gamil.com", "gmail.com"),
        ("hotmial.com", "hotmail.com"),
        ("t-onlien.de", "t-online.de"),
        ("freent.de", "freenet.de"),
        ("wbe.de", "web.de"),
        ("web.con", "web.de"),
        ("gmx.ed", "gmx.de"),
        ("googlemial.com", "googlemail.com"),
        ("weg.de", None),
        ("email.com", None),
        ("orange.de", None),
        ("tiscali.de", None),
        ("gail.com", None),
        ("hotmail.at", None),
        ("freenet.at", None),
        ("outlook.at", None),
        ("posted.de", None),
        ("fred.fr", None),
        ("wahoo.com", None),
        ("gmx.d", None),
        ("gmail.com", None),
        ("example.com", None),
        ("localhost", None),
    ],
)
def test_typing_errors(typed: str, meant: str | None) -> None:
    assert did_you_mean(typed) == meant


@given(st.sampled_from(KNOWN))
def test_a_known_domain_is_never_corrected(domain: str) -> None:
    assert did_you_mean(domain) is None


@given(st.text(alphabet=string.ascii_lowercase + string.digits + ".-", min_size=1, max_size=30))
def test_a_hint_is_near_and_nearer_than_any_other(domain: str) -> None:
    hint = did_you_mean(domain)
    if hint is not None:
        assert hint in LARGEST
        assert distance(domain, hint, 2) <= (2 if len(domain) >= LONG else 1) or domain.startswith(
            hint.partition(".")[0] + "."
        )


@given(st.sampled_from([domain for domain in KNOWN if len(domain) >= LONG]), st.data())
def test_one_slip_leads_back_or_nowhere(domain: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(2, len(domain) - 1))
    letter = data.draw(st.sampled_from(string.ascii_lowercase))
    typed = data.draw(
        st.sampled_from(
            [
                domain[:at] + domain[at + 1 :],
                domain[:at] + letter + domain[at:],
                domain[:at] + letter + domain[at + 1 :],
            ]
        )
    )
    hint = did_you_mean(typed)
    assert hint in {None, domain} or distance(typed, hint, 2) <= 1


@given(st.text(alphabet="abc.", max_size=12), st.text(alphabet="abc.", max_size=12))
def test_distance_is_symmetric_and_zero_only_for_the_same(one: str, other: str) -> None:
    assert distance(one, other, 20) == distance(other, one, 20)
    assert (distance(one, other, 20) == 0) == (one == other)


def test_only_unknown_domains_and_impossible_endings_are_hinted(classifier: Classifier) -> None:
    for text, domain, hint in [
        ("550 5.1.2 Host or domain name not found", "gmial.com", "gmail.com"),
        ("550 5.1.1 user unknown", "gmial.com", None),
        ("550 5.1.1 user unknown", "gmial.con", "gmail.com"),
        ("250 ok", "gmail.com", None),
    ]:
        event = DeliveryEvent(response=text, recipient=f"u@{domain}")
        assert details_of(event, classifier.classify(event)).did_you_mean == hint


@given(st.text(max_size=300))
def test_any_text_has_details(text: str) -> None:
    classifier = Classifier(read_texts([]))
    event = DeliveryEvent(response=text)
    assert isinstance(details_of(event, classifier.classify(event)), Details)


def test_every_category_is_said_in_both_languages() -> None:
    assert phrases().keys() == CATEGORIES.keys()
    for category in CATEGORIES:
        for language in LANGUAGES:
            said = sentence(category, "gmx", language)
            assert said[0].isupper() and said.endswith(".") and "{" not in said
            assert advice(category, language).endswith(".")


def test_pages_belong_to_known_providers() -> None:
    assert PAGES.keys() <= set(PROVIDERS)
    assert all(page.startswith("https://") for page in PAGES.values())


def test_an_explanation_for_people(classifier: Classifier) -> None:
    event = DeliveryEvent(
        response="554 5.7.1 Client host [192.0.2.1] blocked using zen.spamhaus.org", mx="mx00.emig.gmx.net"
    )
    told = explain(classifier, event, "de")
    assert told.sentence.startswith("Der Server von GMX lehnt Ihre IP-Adresse")
    assert "zen.spamhaus.org" in told.sentence
    assert told.matched is not None and "blocked" in told.matched
    assert told.by_code == "policy"
    assert told.details.affected_ip == "192.0.2.1"
    assert "Niemanden sperren" in told.advice


RULE = "[[rule]]\nname='r'\ncategory='policy'\nmatch=['zebra']\nexamples=['550 zebra']\nsource='s'\n"


def test_a_rule_may_have_its_own_advice() -> None:
    own = Classifier(read_texts([("x.toml", RULE + "advice = {en = 'Feed it.', de = 'Fressen lassen.'}\n")]))
    assert explain(own, DeliveryEvent(response="550 zebra"), "de").advice == "Fressen lassen."
    with pytest.raises(RuleError, match=r"x\.toml:7.*advice"):
        read_texts([("x.toml", RULE + "advice = {en = 'Feed it.'}\n")])


@pytest.mark.parametrize(
    ("text", "page"),
    [
        (
            "550 blocked using zen.spamhaus.org; https://www.spamhaus.org/query/ip/192.0.2.10",
            "https://www.spamhaus.org/query/ip/192.0.2.10",
        ),
        (
            "554 see https://community.mimecast.com/docs/DOC-1369#550.",
            "https://community.mimecast.com/docs/DOC-1369#550",
        ),
        ("550 HTTPS://SUPPORT.GOOGLE.COM/mail/?p=Kiss, please", "HTTPS://SUPPORT.GOOGLE.COM/mail/?p=Kiss"),
        ("550 (http://sender.office.com)", "http://sender.office.com"),
        ("550 siehe https://postmaster.gmx.net/de/case?c=r0103»", "https://postmaster.gmx.net/de/case?c=r0103"),
    ],
)
def test_the_page_that_a_reply_names(text: str, page: str) -> None:
    event = DeliveryEvent(response=text)
    assert details_of(event, Classifier.default().classify(event)).page == page
