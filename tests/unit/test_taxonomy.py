import pytest

from prellbock.taxonomy import CATEGORIES, CROSSWALK, DEAD, FAULT_OF, FAULTS, SCHEMES, translate


def test_every_category_has_a_known_fault_and_a_meaning() -> None:
    assert len(CATEGORIES) == 32
    for category in CATEGORIES.values():
        assert category.fault in FAULTS
        assert category.meaning


def test_only_faults_of_recipient_and_domain_mean_dead() -> None:
    assert {FAULT_OF[name] for name in DEAD} == {"recipient", "domain"}


@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_category_has_a_word_in_every_scheme(scheme: str) -> None:
    words = CROSSWALK[scheme]  # type: ignore[index]
    assert set(words) == set(CATEGORIES)
    assert all(words.values())


def test_a_full_mailbox_in_other_vocabularies() -> None:
    assert translate("mailbox_full", "powermta") == "quota-issues"
    assert translate("mailbox_full", "sisimai") == "mailboxfull"
    assert translate("mailbox_full", "sparkpost") == "22"


# As the systems themselves list them; the pages are named in `prellbock.taxonomy`.
VOCABULARIES = {
    "powermta": "bad-configuration bad-connection bad-domain bad-mailbox content-related inactive-mailbox "
    "invalid-sender message-expired no-answer-from-host other policy-related protocol-errors quota-issues "
    "relaying-issues routing-errors spam-related virus-related success",
    "kumomta": "InvalidRecipient DNSFailure SpamBlock SpamContent ProhibitedAttachment RelayDenied AutoReply "
    "TransientFailure Subscribe Unsubscribe ChallengeResponse BadConfiguration BadConnection BadDomain ContentRelated "
    "InactiveMailbox InvalidSender MessageExpired NoAnswerFromHost PolicyRelated ProtocolErrors QuotaIssues "
    "RelayingIssues RoutingErrors SpamRelated VirusRelated AuthenticationFailed TooManyRecipients Uncategorized",
    "sparkpost": "1 10 20 21 22 23 24 25 30 40 50 51 52 53 54 60 70 80 90 100",
    "postmark": "HardBounce Transient Unsubscribe Subscribe AutoResponder AddressChange DnsError SpamNotification "
    "OpenRelayTest Unknown SoftBounce VirusNotification ChallengeVerification BadEmailAddress SpamComplaint "
    "ManuallyDeactivated Unconfirmed Blocked SMTPApiError InboundError DMARCPolicy TemplateRenderingFailed Delivery",
}


@pytest.mark.parametrize("scheme", VOCABULARIES)
def test_no_word_is_invented(scheme: str) -> None:
    assert set(CROSSWALK[scheme].values()) <= set(VOCABULARIES[scheme].split())  # type: ignore[index]


def test_sendgrid_has_seven_words() -> None:
    assert set(CROSSWALK["sendgrid"].values()) <= {
        "Content",
        "Frequency or Volume Too High",
        "Invalid Address",
        "Mailbox Unavailable",
        "Reputation",
        "Technical Failure",
        "Unclassified",
    }
