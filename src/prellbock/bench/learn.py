"""How fast is learning? A million responses become templates and answers of the text model; and its training."""

import json
import os
import random
from time import perf_counter, process_time

from prellbock.bench import Figure, Figures
from prellbock.classify.classifier import Classifier
from prellbock.classify.masking import forget
from prellbock.classify.model import shipped_model
from prellbock.events import DeliveryEvent
from prellbock.learn import corpus
from prellbock.learn.families import Families
from prellbock.rules.model import RuleSet

RESPONSES = 1_000_000
TEMPLATES = 20_000
_TRAINING = 60.0
_MINING = 10.0
_CHUNK = 4_000


def run(responses: int = RESPONSES, distinct: int = TEMPLATES) -> Figures:
    """Processor seconds on one core; training by the clock, since it takes all processors.

    No response comes twice, and what masking remembers is forgotten before.
    """
    texts = made_up(responses, distinct)
    lines = [json.dumps({"response": text}) for text in texts[: responses // 10]]
    begin = process_time()
    for line in lines:
        json.loads(line)
    yardstick = (process_time() - begin) * responses / max(1, len(lines))
    shipped_model()
    forget()
    # Events are made by whoever reads the input; they are ready here, piece by piece, so that memory stays small.
    classifier = Classifier(RuleSet(()), model=shipped_model, alone=True)
    mining = waited = 0.0
    found: dict[str, None] = {}
    for start in range(0, responses, _CHUNK):
        events = [DeliveryEvent(response=text) for text in texts[start : start + _CHUNK]]
        begin, clock = process_time(), perf_counter()
        found.update(dict.fromkeys(classifier.judge_many(events)[1]))
        mining += process_time() - begin
        waited += perf_counter() - clock
    begin = process_time()
    families = Families()
    families.add(found)
    grouped = process_time() - begin
    figures: Figures = {
        "json_loads": Figure(value=yardstick, unit="s"),
        "mine_and_predict": Figure(
            value=mining, unit="s", ratio=mining / yardstick, of="json_loads", target=_MINING / yardstick,
            note=f"{responses:,} responses, {len(found):,} templates; {waited:.1f} s by the clock",
        ),
        "families_of_templates": Figure(value=grouped, unit="s", ratio=grouped / yardstick, of="json_loads"),
    }  # fmt: skip
    try:
        from prellbock.learn.train import train
    except ImportError:
        return figures
    rows = corpus.shipped()
    begin, before = perf_counter(), _worked()
    train(rows, corpus.rules_of_shipped())
    figures["training"] = Figure(
        value=perf_counter() - begin, unit="s", target=_TRAINING,
        note=f"{len(rows):,} texts; by the clock, {_worked() - before:.1f} s of all processors",
    )  # fmt: skip
    return figures


def _worked() -> float:
    """Processor seconds of this process and of those that it has waited for."""
    spent = os.times()
    return spent.user + spent.system + spent.children_user + spent.children_system


def made_up(responses: int, distinct: int) -> list[str]:
    """Responses, each once, of so many templates: labelled texts with one word of others and an address behind."""
    chance = random.Random(1)  # noqa: S311
    known = [row.text for row in corpus.shipped() if len(row.text) < 300]
    words = sorted({word for text in known[:3000] for word in text.split() if word.isalpha() and word.isascii()})
    kinds: dict[str, None] = {}
    while len(kinds) < distinct:
        kinds[f"{chance.choice(known)} {chance.choice(words)}"] = None
    wordings = list(kinds)
    return [f"{wordings[number % distinct]} <u{number:x}@d{number % 997}.example.com>" for number in range(responses)]
