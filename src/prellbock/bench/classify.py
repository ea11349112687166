"""How fast are responses judged? Scanning, the memory of templates, and the whole command, beside `json.loads`."""

import json
import random
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from prellbock.bench import Figure, Figures
from prellbock.bench.samples import distinct_responses, generated_rules
from prellbock.bench.timing import interleaved, seconds
from prellbock.classify.classifier import Classifier
from prellbock.classify.input_lines import decode
from prellbock.classify.output_lines import FIELDS, Renderer
from prellbock.events import DeliveryEvent
from prellbock.rules.compile import compile_rules
from prellbock.rules.toml import read_default

_TEXTS = 20_000
_CHUNK = 400
_FEW = ("category", "fault", "rule")


def run() -> Figures:
    """All figures of the workload; takes about half a minute. Rates are per second on one core."""
    ruleset = read_default()
    texts = distinct_responses(ruleset, _TEXTS, random.Random(1))  # noqa: S311
    events = [DeliveryEvent(response=text, mx="mx.example.net") for text in texts]
    lines = [json.dumps({"response": text, "mx": "mx.example.net"}) for text in texts]
    encoded = [line.encode() for line in lines]
    with tempfile.TemporaryDirectory() as folder:
        cache = Path(folder)
        first_compile = seconds(lambda: compile_rules(ruleset, cache), 1)
        load = seconds(lambda: compile_rules(ruleset, cache))
        classifier = Classifier(ruleset, cache)
        many = Classifier(generated_rules(1500, random.Random(2)), cache)  # noqa: S311

        def command(fields: tuple[str, ...]) -> Callable[[], None]:
            renderer = Renderer(classifier, fields)

            def work() -> None:
                for start in range(0, _TEXTS, _CHUNK):
                    renderer.lines([event for line in encoded[start : start + _CHUNK] if (event := decode(line))])

            return work

        rates = {
            name: _TEXTS / taken
            for name, taken in interleaved(
                {
                    "json_loads": lambda: [json.loads(line) for line in lines],
                    "scan": lambda: classifier.matcher.found(texts),
                    "scan_1500_generated_rules": lambda: many.matcher.found(texts),
                    "verdicts": lambda: classifier.judge_many(events),
                    "command_in_process": command(FIELDS),
                    "command_in_process_three_fields": command(_FEW),
                }
            ).items()
        }
        rates |= _subprocess_rates(encoded, cache)
    figures: Figures = {"json_loads": Figure(value=rates.pop("json_loads"), unit="lines/s")}
    yardstick = figures["json_loads"]["value"]
    for name, rate in rates.items():
        figures[name] = Figure(value=rate, unit="responses/s", ratio=rate / yardstick, of="json_loads")
    figures["rules"] = Figure(value=len(ruleset.rules), unit="rules")
    figures["first_compile"] = Figure(value=first_compile, unit="s")
    figures["load_compiled"] = Figure(value=load * 1e3, unit="ms")
    figures["help"] = Figure(value=seconds(lambda: _call(["--help"], b"", None)) * 1e3, unit="ms")
    return figures


def _subprocess_rates(lines: list[bytes], cache: Path) -> dict[str, float]:
    """Rates of the command as its user meets it, with ten times the input so that its start counts little."""
    data = b"\n".join(lines * 10) + b"\n"
    fields = ",".join(_FEW)
    taken = interleaved(
        {
            "command": lambda: _call(["classify"], data, cache),
            "command_three_fields": lambda: _call(["classify", "--fields", fields], data, cache),
        },
        rounds=3,
    )
    return {name: _TEXTS * 10 / one for name, one in taken.items()}


def _call(arguments: list[str], data: bytes, cache: Path | None) -> None:
    import os

    environment = dict(os.environ)
    if cache is not None:
        environment["XDG_CACHE_HOME"] = str(cache)
    subprocess.run(
        [sys.executable, "-c", "from prellbock.cli import main; main()", *arguments],
        input=data,
        stdout=subprocess.DEVNULL,
        check=True,
        env=environment,
    )
