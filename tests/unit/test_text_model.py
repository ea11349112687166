"""The text model: what it sees, when it decides, and that it is made of what stands in the repository."""

import sys
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from prellbock.classify import model as model_module
from prellbock.classify.classifier import Classifier
from prellbock.classify.decide import model_decides
from prellbock.classify.explain import explain
from prellbock.classify.features import features_of, words_of
from prellbock.classify.masking import mask
from prellbock.classify.matcher import Context
from prellbock.classify.model import Answer, ModelError, TextModel, cost_of, shipped_model
from prellbock.cli.learn import learn
from prellbock.events import DeliveryEvent, Verdict
from prellbock.learn import corpus
from prellbock.learn.corpus import Labelled
from prellbock.learn.families import Families
from prellbock.learn.fit import fit, prepared
from prellbock.learn.phrases import phrases
from prellbock.learn.score import score_alone
from prellbock.learn.train import train
from prellbock.rules.model import RuleSet
from prellbock.taxonomy import DEAD, FAULT_OF

NONSENSE = "550 5.0.0 wrzlbrmft qxzzy"


def alone() -> Classifier:
    return Classifier(RuleSet(()), model=shipped_model, alone=True)


def test_codes_are_no_words_and_masks_are() -> None:
    assert words_of("550 5.1.1 user qzx7k@qzx7k.net is 12 times unknown") == [
        "user", "{address}", "is", "12", "times", "unknown",
    ]  # fmt: skip


def test_features_of_many_are_those_of_each() -> None:
    texts = ["550 5.1.1 user unknown", "", "mailbox full", "почтовый ящик переполнен"]
    contexts = [Context(550, "5.1.1"), Context(), Context(), Context(provider="mailru")]
    together = features_of(texts, contexts)
    for number, (text, context) in enumerate(zip(texts, contexts, strict=True)):
        single = features_of([text], [context])
        own = slice(together.begins[number], together.begins[number + 1])
        assert together.buckets[own].tolist() == single.buckets.tolist()
        assert together.values[own].tolist() == single.values.tolist()


def test_answers_do_not_depend_on_the_batch() -> None:
    model = shipped_model()
    texts = [f"550 user number {word} unknown" for word in "abcdefghij"] * 60
    contexts = [Context(550)] * len(texts)
    assert model.answers(texts, contexts)[:10] == [model.answers([text], [Context(550)])[0] for text in texts[:10]]


def test_the_model_decides_only_what_no_rule_knows() -> None:
    known = Classifier.default().classify(DeliveryEvent(response="550 5.1.1 User unknown"))
    assert known.decided_by == "rule"
    without = alone().classify(DeliveryEvent(response="550 5.1.1 <u@example.com>: User unknown in mailbox table"))
    assert (without.decided_by, without.category) == ("model", "unknown_recipient")
    assert without.rule == f"model-{shipped_model().version}"
    assert 0.9 < without.confidence <= 1


def test_the_model_abstains_from_what_it_cannot_know() -> None:
    for text in (NONSENSE, "554", "", "Message rejected"):
        verdict = alone().classify(DeliveryEvent(response=text))
        assert (verdict.category, verdict.decided_by, verdict.confidence) == ("unclassified", "none", 0.0), text


def test_a_code_that_says_dead_yields_to_words_that_say_something_else() -> None:
    event = DeliveryEvent(response="550 5.1.1 your sending server has a terribly bad reputation and was blocklisted")
    codes = Classifier(RuleSet(())).classify(event)
    assert codes.category == "unknown_recipient"
    assert Classifier(RuleSet(()), model=shipped_model).classify(event).category not in DEAD


def test_a_code_decides_where_the_words_say_nothing() -> None:
    verdict = Classifier(RuleSet(()), model=shipped_model).classify(DeliveryEvent(response="550 5.1.1 qwertz"))
    assert (verdict.category, verdict.decided_by) == ("unknown_recipient", "code")


def test_categories_that_withhold_mail_need_more() -> None:
    thresholds = shipped_model().about.thresholds
    assert thresholds
    for category, least in thresholds.items():
        assert least >= (0.8 if FAULT_OF[category] in ("recipient", "domain") else 0.5), category


def test_whoever_is_called_dead_is_hardly_alive_by_the_model_itself() -> None:
    rows = [row for row in corpus.shipped() if row.origin != "phrase"]
    answers = shipped_model().answers([row.template for row in rows], [row.context for row in rows])
    decided = [answer for answer in answers if answer.decides and answer.category in DEAD]
    assert len(decided) > 100
    assert min(answer.dead for answer in decided) >= 0.98


def test_costs_of_an_answer() -> None:
    shares = np.array([[0.98, 0.02], [0.999, 0.001], [0.3, 0.7]])
    dead = np.array([True, False])
    costs = cost_of(shares, shares.argmax(axis=1), dead)
    assert costs[0] == pytest.approx(2.0)
    assert costs[1] == pytest.approx(0.1)
    assert costs[2] == pytest.approx(0.9)


def test_an_explanation_names_the_model_and_its_words() -> None:
    told = explain(alone(), DeliveryEvent(response="550 5.1.1 <u@example.com>: User unknown in mailbox table"))
    assert told.model is not None
    assert told.model.model == shipped_model().version
    assert any("unknown" in reason.words and reason.weight > 0 for reason in told.model.words)
    assert "unknown" in told.reason


def test_the_shipped_model_is_small_and_says_what_it_is_made_of(tmp_path: Path) -> None:
    model = shipped_model()
    file = tmp_path / "model.npz"
    model.save(file)
    assert file.stat().st_size < 10_000_000
    assert TextModel.load(file).version == model.version
    assert model.about.data == corpus.digest(corpus.shipped()), "run `prellbock learn train`"
    assert model.about.rules == corpus.rules_of_shipped()


def test_training_on_the_shipped_texts_gives_the_shipped_weights() -> None:
    """Of the last step, the one that makes weights; that of the thresholds takes most of the time."""
    data = prepared(corpus.shipped())
    weights = fit(data.rows, data.features)
    model = shipped_model()
    sample = data.rows[:: max(1, len(data.rows) // 400)]
    features = features_of([row.template for row in sample], [row.context for row in sample])
    shown = model.probabilities(features).argmax(axis=1)
    again = weights.rounded().scores(features).argmax(axis=1)
    assert (shown == again).mean() >= 0.995


SMALL = [
    Labelled(text=f"550 {word} {thing}", category=category, origin="gathered")
    for category, words in {
        "mailbox_full": ("mailbox full", "quota exceeded", "over quota", "no space left", "storage full"),
        "unknown_recipient": ("user unknown", "no such user", "does not exist", "no mailbox", "address invalid"),
        "spam_content": ("looks like spam", "spam detected", "junk found", "message is spam", "bulk spam"),
    }.items()
    for word in words
    for thing in ("here", "at this server", "now")
]


def test_the_same_texts_give_the_same_bytes(tmp_path: Path) -> None:
    files = [tmp_path / "one.npz", tmp_path / "two.npz"]
    for file in files:
        model = train(SMALL, "none")
        model.save(file)
        assert TextModel.load(file).version == model.version
    assert files[0].read_bytes() == files[1].read_bytes()


def test_a_model_of_ones_own_knows_its_texts() -> None:
    model = train(SMALL, "none")
    assert score_alone(lambda: model, SMALL).full.category > 0.95


def test_too_few_texts_are_named() -> None:
    with pytest.raises(ValueError, match="at least two categories"):
        train(SMALL[:3], "none")


def test_a_file_that_is_no_model_is_named(tmp_path: Path) -> None:
    file = tmp_path / "model.npz"
    file.write_bytes(b"nothing")
    with pytest.raises(ModelError, match="learn train"):
        TextModel.load(file)


def test_a_damaged_file_and_numbers_that_no_training_gives_are_named(tmp_path: Path) -> None:
    file, whole = tmp_path / "model.npz", Path(model_module.__file__).with_name("model.npz").read_bytes()
    turned = bytearray(whole)
    turned[len(whole) // 2] ^= 0xFF
    np.save(tmp_path / "array.npy", np.zeros(3))
    for damaged in (whole[:100_000], bytes(turned), (tmp_path / "array.npy").read_bytes()):
        file.write_bytes(damaged)
        with pytest.raises(ModelError, match="learn train"):
            TextModel.load(file)
    stored = dict(np.load(Path(model_module.__file__).with_name("model.npz")))
    for wrong in ({"scales": stored["scales"] * np.nan}, {"weights": stored["weights"].astype(np.float32)}):
        np.savez(file, **{**stored, **wrong})
        with pytest.raises(ModelError, match="no training gives"):
            TextModel.load(file)


@pytest.mark.parametrize("arguments", [["train", "--output", "model.npz"], ["report"], ["restore"]])
def test_what_training_needs_is_asked_for_before_the_work(
    arguments: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "sklearn", None)
    outcome = CliRunner().invoke(learn, arguments)
    assert outcome.exit_code == 1
    assert "pip install 'prellbock[learn]'" in outcome.output


def test_a_model_is_not_trained_where_it_cannot_be_written(tmp_path: Path) -> None:
    outcome = CliRunner().invoke(learn, ["train", "--output", str(tmp_path / "none" / "model.npz")])
    assert (outcome.exit_code, outcome.output) == (1, f"Error: there is no folder {tmp_path / 'none'}\n")


def test_phrases_are_the_same_each_time_and_differ_among_each_other() -> None:
    pattern = r"\b(user|account) (is )?(unknown|not known)[^:;]* here"
    found = phrases(pattern, 8)
    assert found == phrases(pattern, 8)
    assert len(set(found)) == len(found) >= 6
    assert all(text.startswith(("user", "account")) for text in found)


def test_families_do_not_depend_on_order_and_pieces() -> None:
    texts = [mask(row.text) for row in corpus.shipped()[:600]]
    one, other = Families(), Families()
    one.add(texts)
    for start in range(0, len(texts), 7):
        other.add(reversed(texts[start : start + 7]))
    other.add(texts[:50])
    assert one.named() == other.named()
    assert 100 < len(set(one.named().values())) < len(set(texts))


def test_families_hold_what_differs_in_a_name_only() -> None:
    families = Families()
    families.add(
        ["550 No such user zanzibar in this domain", "550 No such user okapi in this domain", "550 mailbox full"]
    )
    assert len(set(families.named().values())) == 2


def test_beside_rules_the_model_calls_nobody_dead_whom_no_code_calls_so() -> None:
    sure = Answer("unknown_recipient", 0.99, decides=True, dead=0.99, worded=True)
    codeless = Verdict("unclassified", "none", None, "none")
    coded = Verdict("unknown_recipient", "recipient", True, "code", "5.1.1")
    assert not model_decides(sure, codeless, None, beside_rules=True)
    assert model_decides(sure, coded, None, beside_rules=True)
    assert model_decides(sure, codeless, None, beside_rules=False)
