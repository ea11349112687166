import pytest

from prellbock.simulate.providers import DEAD_DOMAIN, EXPIRED, HOSTS, PROVIDERS, UNREACHABLE, WEIGHT_OF_CATEGORY
from prellbock.simulate.replies import groups, replies, source_of
from prellbock.simulate.wording import fill
from prellbock.taxonomy import DEAD, FAULT_OF


def test_there_are_many_different_texts_and_each_group_names_its_page() -> None:
    texts = {reply.text for group in groups() for reply in replies(group)}
    assert len(texts) >= 120
    assert all(source_of(group).startswith("http") for group in groups())


@pytest.mark.parametrize("host", HOSTS, ids=lambda host: host.name)
def test_every_host_can_say_what_its_recipients_need(host: object) -> None:
    said = {reply.category for reply in host.replies}  # type: ignore[attr-defined]
    assert {"unknown_recipient", "mailbox_full"} <= said
    assert any(FAULT_OF[category] in ("sender", "message") for category in said)


def test_nothing_that_is_said_to_the_living_calls_them_dead() -> None:
    assert not DEAD & WEIGHT_OF_CATEGORY.keys()
    assert {FAULT_OF[category] for category in WEIGHT_OF_CATEGORY} <= {"sender", "message", "transport", "recipient"}
    for host in HOSTS:
        for reply in (*host.replies, *UNREACHABLE):
            if reply.category in WEIGHT_OF_CATEGORY:
                assert not (reply.status or "").startswith("5.1."), reply


def test_every_brace_is_filled() -> None:
    for reply in (*(r for host in HOSTS for r in host.replies), *UNREACHABLE, *DEAD_DOMAIN, *EXPIRED):
        text = fill(
            reply,
            2**63 + 12345,
            time="2026-01-05T00:00:00Z",
            rcpt="u@x.example",
            mx="mx.x.example",
            sender="s@y.example",
            last="421 later",
            attempts="3",
        )
        assert "{" not in text
        assert "}" not in text


def test_codes_are_read_from_the_text() -> None:
    first = replies("google")[0]
    assert (first.smtp_code, first.status, first.permanent, first.stage) == (550, "5.1.1", True, "rcpt")
    assert {reply.smtp_code for reply in UNREACHABLE} == {None}
    assert not any(reply.permanent for reply in UNREACHABLE)


def test_a_provider_speaks_under_its_own_name() -> None:
    assert any("postmaster.web.de" in reply.text for host in HOSTS if host.name == "web.de" for reply in host.replies)
    assert "company" not in PROVIDERS
    assert {"google", "microsoft", "gmx", "webde", "t-online", "yahoo", "apple", "ionos", "freenet"} == set(PROVIDERS)
