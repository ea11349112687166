"""`prellbock learn`: collect labelled texts, train the text model, measure it."""

import time
from pathlib import Path

import click
import msgspec

from prellbock.classify.classifier import Classifier
from prellbock.classify.model import ModelError, TextModel, describe, shipped_model
from prellbock.cli.labels import FILES, read_labels
from prellbock.cli.learn_compare import compare
from prellbock.cli.learn_drift import show_drift
from prellbock.cli.learn_propose import accept, ask, propose, reject, undo
from prellbock.cli.learn_report import card, report
from prellbock.cli.learn_restore import restore
from prellbock.cli.learn_thresholds import thresholds
from prellbock.cli.rules_option import load_classifier, load_ruleset, rules_option
from prellbock.cli.shell import opened, write_line
from prellbock.cli.training import require_training
from prellbock.learn import corpus
from prellbock.learn.corpus import LabelError
from prellbock.rules.cached import default_cache_dir


@click.group()
def learn() -> None:
    """Trains and measures the text model, and proposes better rules."""


def load_model(file: Path | None) -> TextModel:
    """The model of a file, or the shipped one."""
    try:
        return TextModel.load(file) if file else shipped_model()
    except ModelError as error:
        raise click.ClickException(str(error)) from error


@learn.command()
@click.argument("files", nargs=-1, type=FILES)
@click.option("--output", type=click.Path(file_okay=False, path_type=Path), help="Instead of the package's folder.")
@click.option("--data", type=click.Path(file_okay=False, exists=True, path_type=Path),
              help="Write labels.jsonl from the decisions and outcomes of this data folder instead.")  # fmt: skip
@rules_option
def collect(files: tuple[Path, ...], output: Path | None, data: Path | None, rules: str | None) -> int:
    """Writes the labelled texts that training reads: of the rules, the simulation and the labelled FILES.

    Makes replies.jsonl and phrases.jsonl anew. FILES hold objects such as {"text", "category", "alt", "mx", "source"}.

    With --data: templates that people keep, examples of their own rules, accepted proposals, and what outcomes confirm,
    into labels.jsonl in --output (or here), for `prellbock learn train --labels labels.jsonl`.
    """
    if data is not None:
        return _collect_from(data, output or Path(), files)
    output = output or corpus.FOLDER
    from prellbock.learn.collect import examples_of, gathered, phrases_of, simulated

    classifier = Classifier(load_ruleset(rules), default_cache_dir())
    try:
        real = [*examples_of(classifier), *gathered(files), *simulated()]
    except LabelError as error:
        raise click.ClickException(str(error)) from error
    phrases = list(phrases_of(classifier, real))
    output.mkdir(parents=True, exist_ok=True)
    corpus.write(output / "replies.jsonl", real)
    corpus.write(output / "phrases.jsonl", phrases)
    (output / "rules").write_text(f"{classifier.version}\n", "utf-8")
    write_line({"replies": len(real), "phrases": len(phrases), "rules": classifier.version, "folder": str(output)})
    return 0


def _collect_from(data: Path, output: Path, files: tuple[Path, ...]) -> int:
    from prellbock.learn.decisions import labels_of

    if files:
        raise click.UsageError("FILES are given to `learn train --labels` themselves; leave them out with --data")
    with opened(data) as store:
        rows = labels_of(store)
    output.mkdir(parents=True, exist_ok=True)
    corpus.write(output / "labels.jsonl", rows)
    by_people = sum(row.origin == "label" for row in rows)
    write_line({"labels": by_people, "outcomes": len(rows) - by_people, "file": str(output / "labels.jsonl")})
    return 0


@learn.command()
@click.option("--labels", multiple=True, type=FILES, help="Labelled texts of your own, besides those of the package.")
@click.option("--output", required=True, type=click.Path(dir_okay=False, path_type=Path), help="The file of the model.")
def train(labels: tuple[Path, ...], output: Path) -> int:
    """Trains a text model on the texts of the package, and on your own. Takes about a minute.

    Use it with `prellbock classify --model`. Needs scikit-learn: pip install 'prellbock[learn]'.
    """
    require_training()
    if not output.parent.is_dir():
        raise click.ClickException(f"there is no folder {output.parent}")
    from prellbock.learn.train import train as run

    rows = [*corpus.shipped(), *read_labels(labels)]
    begin = time.monotonic()
    model = run(rows, corpus.rules_of_shipped())
    model.save(output)
    click.echo(f"trained on {len(rows):,} texts in {time.monotonic() - begin:.0f} s", err=True)
    write_line({"file": str(output), "octets": output.stat().st_size, **describe(model)})
    return 0


@learn.command()
@click.option("--model", "file", type=FILES, help="Another model than the shipped one.")
def show(file: Path | None) -> int:
    """Prints what is known about the text model: data, thresholds, figures."""
    write_line(describe(load_model(file)))
    return 0


@learn.command()
@click.argument("files", nargs=-1, required=True, type=FILES)
@click.option("--rules-off", is_flag=True, help="The model alone, without rules and codes.")
@click.option("--model", "file", type=FILES, help="Another model than the shipped one.")
@click.option("--misses", type=click.IntRange(0), default=0, help="Name so many misses on stderr.")
@rules_option
def evaluate(files: tuple[Path, ...], rules_off: bool, file: Path | None, misses: int, rules: str | None) -> int:
    """Scores labelled FILES: what the classifier makes of them, and with --rules-off what the model alone does.

    With rules, the same rules without the model stand beside it.
    """
    from prellbock.learn.score import score, score_alone

    rows = read_labels(files)
    if not rows:
        raise click.ClickException("the files hold no labelled text")
    model = load_model(file)
    if rules_off:
        alone = score_alone(lambda: model, rows)
        missed = alone.full.misses
        shown = {"rules": "off", **msgspec.to_builtins(alone)}
        del shown["full"]["misses"]
    else:
        without = load_classifier(load_ruleset(rules), model=None)
        with_model = load_classifier(load_ruleset(rules), model=lambda: model)
        both, alone_rules = score(with_model, rows), score(without, rows)
        missed = both.misses
        shown = {
            "rules": "on",
            "with_model": msgspec.to_builtins(both),
            "rules_alone": msgspec.to_builtins(alone_rules),
        }
        del shown["with_model"]["misses"], shown["rules_alone"]["misses"]
    for miss in missed[:misses]:
        click.echo("miss: " + "\t".join(miss), err=True)
    write_line(shown)
    return 0


learn.add_command(report)
learn.add_command(compare)
learn.add_command(card)
learn.add_command(propose)
learn.add_command(accept)
learn.add_command(reject)
learn.add_command(undo)
learn.add_command(ask)
learn.add_command(thresholds)
learn.add_command(restore)
learn.add_command(show_drift)
