"""The breaker of campaigns counts mails, however often the failure of one is reported."""

from collections.abc import Sequence

from test_store import NOW, T0, MakeStore, classifier, make_store  # noqa: F401

from prellbock.classify.classifier import Classifier
from prellbock.events import DeliveryEvent
from prellbock.guard.breaker import Breaker
from prellbock.pipeline import prepare
from prellbock.sources.batch import digest_of
from prellbock.store.contract import Store

BREAKER = Breaker(messages=10, share=0.9)
MAILS = range(6)


def refused(mail: int, source: str, *, hours: float = 0.0, named: bool = True) -> DeliveryEvent:
    return DeliveryEvent(
        id=f"{source}{mail}", time=T0 + hours * 3600, recipient=f"r{mail}@shut.example", campaign="spring",
        message_id=f"m{mail}" if named else None, stream="newsletter", sender="b@m.example", outcome="bounced",
        status="5.7.1", response="554 5.7.1 Message rejected",
    )  # fmt: skip


def put(store: Store, judge: Classifier, events: Sequence[DeliveryEvent], part: str) -> None:
    store.ingest(
        prepare(events, store.identity), digest=digest_of(part.encode()), source="test", classifier=judge, now=NOW
    )


def test_several_reports_of_a_mail_are_one_mail(make_store: MakeStore, classifier: Classifier) -> None:  # noqa: F811
    store = make_store()
    log, webhook = ([refused(mail, source) for mail in MAILS] for source in ("log", "webhook"))
    put(store, classifier, [*log, *webhook], "one batch")
    put(store, classifier, [refused(mail, "again", hours=1) for mail in MAILS], "another")
    assert store.check_campaigns(BREAKER, NOW) == []

    put(store, classifier, [refused(mail, "log") for mail in range(6, 10)], "more")
    (stop,) = store.check_campaigns(BREAKER, NOW)
    assert (stop.campaign, stop.domain, stop.messages, stop.failed) == ("spring", "shut.example", 10, 10)


def test_without_message_ids_mails_are_told_apart_by_time(make_store: MakeStore, classifier: Classifier) -> None:  # noqa: F811
    store = make_store()
    put(store, classifier, [refused(mail, "first", named=False) for mail in MAILS], "first")
    put(store, classifier, [refused(mail, "retry", hours=20, named=False) for mail in MAILS], "retry")
    assert store.check_campaigns(BREAKER, NOW) == []
    put(store, classifier, [refused(mail, "next", hours=200, named=False) for mail in MAILS], "next")
    (stop,) = store.check_campaigns(BREAKER, NOW)
    assert stop.messages == 12
