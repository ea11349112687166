"""A proposal is judged once, also where two processes have it before them at the same time."""

from pathlib import Path

import msgspec
import pytest

from prellbock.drafting import rules
from prellbock.drafting.errors import DraftError
from prellbock.events import DeliveryEvent
from prellbock.learn import proposals
from prellbock.learn.proposals import Proposing
from prellbock.pipeline import prepare
from prellbock.sources.batch import digest_of
from prellbock.store.proposals import Opinion
from prellbock.store.sqlite import SqliteStore

NOW = 1_767_225_600.0


def respond(store: SqliteStore) -> None:
    events = [
        DeliveryEvent(
            id=f"e-{word}", time=NOW, recipient=f"{word}@example.com", outcome="bounced",
            response=f"553 5.7.1 Sensitive words detected {word}",
        )
        for word in ("today", "here", "again")
    ]  # fmt: skip
    store.ingest(prepare(events, store.identity), digest=digest_of(b"race"), source="test", now=NOW)


def test_of_two_processes_the_first_judges(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with SqliteStore(tmp_path / "data", create=True) as store, SqliteStore(tmp_path / "data") as other:
        respond(store)
        (shown, *_) = Proposing().open(store)
        stored = other.proposal_opinions
        first = proposals.accept(store, shown, "ada", NOW)
        named = rules.begin(other, "another", "bob", NOW).id
        with pytest.raises(DraftError, match="ada has accepted"):
            proposals.reject(other, shown, "no", "bob", NOW)
        wider = msgspec.structs.replace(shown.rule, match=("sensitive",))
        # Whoever accepts has looked before she said anything, into opinions and drafts.
        monkeypatch.setattr(rules, "of_draft", lambda store, _: rules.in_force(store))
        for draft in (None, named, first.draft):
            looks: list[dict[str, Opinion]] = [{}]
            monkeypatch.setattr(other, "proposal_opinions", lambda looks=looks: looks.pop() if looks else stored())
            with pytest.raises(DraftError, match="ada has accepted"):
                proposals.accept(other, shown, "bob", NOW, rule=wider, draft=draft)
        assert store.proposal_opinions() == {shown.key: first}
        changed = {each.id: rules.decoded(each.content).changes for each in store.drafts("rules")}
        assert changed == {first.draft: {shown.rule.name: shown.rule}, named: {}}
