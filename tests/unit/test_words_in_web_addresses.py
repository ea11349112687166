"""The words of a web address are no reason: an answer that only links to a page about unknown users blames nobody."""

import pytest

from prellbock.classify.classifier import Classifier
from prellbock.events import DeliveryEvent

DEFAULT = Classifier.default()
WORDS = (
    *("user-unknown", "user_unknown", "unknown_user", "no-such-user", "no_such_user", "nosuchuser", "userunknown"),
    *("invalid-recipient", "invalid_recipient", "recipient-not-found", "recipient_not_found", "does_not_exist"),
    *("mailbox-full", "mailbox_full", "mailboxfull", "over-quota", "over_quota", "quota-exceeded", "quota_exceeded"),
    *("account-disabled", "account_disabled", "inactive-user", "unknown-domain", "nxdomain", "no-mx", "new-address"),
)
TEXTS = (
    "550 Access denied, see https://example.com/{}",
    "550 5.7.1 Message rejected. https://help.example.com/mail/{}.html",
    "554 Blocked (http://www.example.com/errors?reason={})",
    "550 Mail refused http://example.com/help/{}/index.php",
)


@pytest.mark.parametrize("word", WORDS)
def test_words_in_web_addresses_blame_no_recipient(word: str) -> None:
    for text in TEXTS:
        verdict = DEFAULT.classify(DeliveryEvent(response=text.format(word)))
        assert verdict.fault not in {"recipient", "domain"}, (text, verdict.rule)
