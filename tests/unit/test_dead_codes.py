"""A code that calls the recipient dead yields to words that name another cause (classify/decide.py)."""

import pytest

from prellbock.classify.classifier import Classifier
from prellbock.events import DeliveryEvent
from prellbock.taxonomy import DEAD

CODES = (
    "550 5.1.1",
    "550 5.1.2",
    "550 5.1.6",
    "550 5.1.10",
    "550 5.2.1",
    "550 5.1.1 <u@example.com>: Recipient address rejected:",
)
CAUSES = {
    "SPF missing": "authentication_failed",
    "your letter has no dkim": "authentication_failed",
    "dmarc says no": "authentication_failed",
    "we saw you on a dnsbl": "reputation",
    "you stand on our blocklist": "reputation",
    "client is black listed": "reputation",
    "too many letters": "rate_limited",
    "throttling": "rate_limited",
    "graylisted": "greylisted",
    "letter of spam": "spam_content",
    "trojan in your letter": "virus",
    "rdns": "missing_ptr",
    "sender blocked": "sender_rejected",
}


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("cause", CAUSES)
def test_the_word_decides(code: str, cause: str) -> None:
    verdict = Classifier.default().classify(DeliveryEvent(response=f"{code} {cause}"))
    assert verdict.category == CAUSES[cause]


@pytest.mark.parametrize("code", CODES)
def test_without_such_a_word_the_code_decides(code: str) -> None:
    verdict = Classifier.default().classify(DeliveryEvent(response=f"{code} qwertz"))
    assert verdict.category in DEAD
