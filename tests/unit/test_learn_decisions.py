"""People's decisions become labels, and a model trained with them answers otherwise."""

import json
from pathlib import Path

import pytest
from processes import Command, event, ndjson

from prellbock.classify.model import TextModel
from prellbock.learn import corpus
from prellbock.learn.corpus import Labelled

TEXT = "553 5.7.1 Sensitive words detected today"


def collected(command: Command, folder: Path) -> list[Labelled]:
    command.run("learn", "collect", "--data", str(command.data), "--output", str(folder))
    return list(corpus.read(folder / "labels.jsonl"))


def ingest(command: Command) -> None:
    lines = [
        event(f"u{n}@example.com", 1_767_225_600 + n, response=text, message_id=f"u{n}")
        for n, text in enumerate([TEXT, "553 5.7.1 Sensitive words detected here", "552 5.2.2 Mailbox full"])
    ]
    command.run("ingest", "-", stdin=ndjson(*lines))


def answer(rows: list[Labelled]) -> tuple[str, TextModel]:
    train = pytest.importorskip("prellbock.learn.train", reason="scikit-learn").train
    model: TextModel = train(rows, "test")
    row = Labelled(text=TEXT.replace("today", "again"), category="unclassified")
    return model.answers([row.template], [row.context], 0.0)[0].category, model


def test_an_accepted_proposal_changes_what_the_model_answers(command: Command, tmp_path: Path) -> None:
    ingest(command)
    assert collected(command, tmp_path) == []
    first = command.lines("learn", "propose")[0]
    command.run("learn", "accept", first["key"], "--category", "recipient_refused")
    labels = collected(command, tmp_path)
    assert {row.category for row in labels} == {"recipient_refused"}
    assert all(row.text.startswith("553 5.7.1 Sensitive words detected") for row in labels)
    few = [row for row in corpus.shipped() if row.category in ("spam_content", "policy", "recipient_refused")]
    rows = [row for row in few if row.origin == "gathered" and "ensitive word" not in row.text][:400]
    before, _ = answer(rows)
    after, _ = answer([*rows, *labels])
    assert (before == "recipient_refused", after) == (False, "recipient_refused")


def test_templates_that_people_keep_are_labels_and_ignored_ones_are_not(command: Command, tmp_path: Path) -> None:
    from prellbock.store.sqlite import SqliteStore
    from prellbock.store.templates import Wanted

    ingest(command)
    with SqliteStore(command.data) as store:
        by_text = {each.text: each.key for _, each in store.template_queue(Wanted(), after=None, most=10)}
        store.set_template_work(by_text["552 5.2.2 Mailbox full"], "keep", "ada", "", 1.0)
        store.set_template_work(by_text[TEXT], "ignore", "ada", "", 1.0)
    (label,) = collected(command, tmp_path)
    assert (label.text, label.category, label.origin) == ("552 5.2.2 Mailbox full", "mailbox_full", "label")


def test_outcomes_that_confirm_a_verdict_are_weak_labels(command: Command, tmp_path: Path) -> None:
    lines = [
        event(f"u{n}@example.com", 1_767_225_600 + day * 86_400 + n, message_id=f"{day}x{n}")
        for day in (0, 9) for n in range(60)
    ]  # fmt: skip
    command.run("ingest", "-", stdin=ndjson(*lines))
    (label,) = collected(command, tmp_path)
    assert (label.category, label.origin) == ("unknown_recipient", "outcome")
    assert "@example.com" not in json.dumps([label.text])


def test_files_belong_to_training(command: Command, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir(exist_ok=True)
    file = tmp_path / "own.jsonl"
    file.write_text('{"text": "552 full", "category": "mailbox_full"}\n')
    assert command.run("learn", "collect", "--data", str(tmp_path), str(file), check=False).returncode != 0
