"""How fast are responses judged? Scanning, the memory of templates, and the whole command, beside `json.loads`."""

import json
import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from prellbock.bench import Figure, Figures
from prellbock.bench.samples import distinct_responses, generated_rules
from prellbock.bench.timing import interleaved, seconds
from prellbock.classify.classifier import Classifier, context_of
from prellbock.classify.input_lines import decode_objects
from prellbock.classify.masking import forget, mask
from prellbock.classify.output_lines import FIELDS, Renderer
from prellbock.events import DeliveryEvent
from prellbock.rules.compile import compile_rules
from prellbock.rules.model import RuleSet
from prellbock.rules.toml import read_default

_TEXTS = 60_000
_CHUNK = 400
_REPEATED = 10
_FEW = ("category", "fault", "rule")
_TARGETS = {
    "command_in_process": 0.20,
    "command_in_process_three_fields": 0.40,
    "command": 0.20,
    "command_three_fields": 0.40,
}


def run() -> Figures:
    """All figures of the workload; takes about a minute. Rates are per second on one core, over texts that were never
    seen before: what masking remembers of words is forgotten before each round."""
    ruleset = read_default()
    texts = distinct_responses(ruleset, _TEXTS, random.Random(1))  # noqa: S311
    events = [DeliveryEvent(response=text, mx="mx.example.net") for text in texts]
    contexts = [context_of(event) for event in events]
    lines = [json.dumps({"response": text, "mx": "mx.example.net"}) for text in texts]
    encoded = [line.encode() for line in lines]
    with tempfile.TemporaryDirectory() as folder:
        cache = Path(folder)
        # Ten times the input, so that the command's start counts little.
        big = cache / "responses.ndjson"
        big.write_bytes((b"\n".join(encoded) + b"\n") * _REPEATED)
        first_compile = seconds(lambda: compile_rules(ruleset, cache), 1)
        load = seconds(lambda: compile_rules(ruleset, cache))
        classifier = Classifier(ruleset, cache)
        more = RuleSet((*ruleset.rules, *generated_rules(1500, random.Random(2)).rules))  # noqa: S311
        many = Classifier(more, cache)

        def command(fields: tuple[str, ...]) -> Callable[[], None]:
            renderer = Renderer(classifier, fields)

            def work() -> None:
                for start in range(0, _TEXTS, _CHUNK):
                    renderer.lines(decode_objects(encoded[start : start + _CHUNK]) or [])

            return _unprepared(work)

        rates = {
            name: _TEXTS / taken
            for name, taken in interleaved(
                {
                    "json_loads": lambda: [json.loads(line) for line in lines],
                    "mask": _unprepared(lambda: [mask(text) for text in texts]),
                    "scan": lambda: classifier.matcher.winners(texts, contexts),
                    "scan_1500_more_rules": lambda: many.matcher.winners(texts, contexts),
                    "verdicts": _unprepared(lambda: classifier.judge_many(events)),
                    "command_in_process": command(FIELDS),
                    "command_in_process_three_fields": command(_FEW),
                }
            ).items()
        }
        rates |= _subprocess_rates(big, cache)
    figures: Figures = {"json_loads": Figure(value=rates.pop("json_loads"), unit="lines/s")}
    yardstick = figures["json_loads"]["value"]
    for name, rate in rates.items():
        figures[name] = Figure(value=rate, unit="responses/s", ratio=rate / yardstick, of="json_loads")
        if name in _TARGETS:
            figures[name]["target"] = _TARGETS[name]
    figures["rules"] = Figure(value=len(ruleset.rules), unit="rules")
    figures["first_compile"] = Figure(value=first_compile, unit="s")
    figures["load_compiled"] = Figure(value=load * 1e3, unit="ms")
    figures["help"] = Figure(value=seconds(lambda: _call(["--help"], None, None)) * 1e3, unit="ms")
    return figures


def _unprepared(work: Callable[[], object]) -> Callable[[], None]:
    def run_unprepared() -> None:
        forget()
        work()

    return run_unprepared


def _subprocess_rates(data: Path, cache: Path) -> dict[str, float]:
    """Rates of the command as its user meets it, its start included."""
    fields = ",".join(_FEW)
    taken = interleaved(
        {
            "command": lambda: _call(["classify"], data, cache),
            "command_three_fields": lambda: _call(["classify", "--fields", fields], data, cache),
        },
        rounds=3,
    )
    return {name: _TEXTS * _REPEATED / one for name, one in taken.items()}


def _call(arguments: list[str], data: Path | None, cache: Path | None) -> None:
    environment = dict(os.environ)
    if cache is not None:
        environment["XDG_CACHE_HOME"] = str(cache)
    with Path(data or os.devnull).open("rb") as stdin:
        subprocess.run(
            [sys.executable, "-c", "from prellbock.cli import main; main()", *arguments],
            stdin=stdin,
            stdout=subprocess.DEVNULL,
            check=True,
            env=environment,
        )
