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
