"""`prellbock learn report` and `learn card`: the text model on what it has not seen, and what is said of it."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import msgspec

from prellbock.classify.model import shipped_model
from prellbock.cli.labels import FILES, read_labels
from prellbock.cli.rules_option import load_ruleset
from prellbock.cli.shell import write_line
from prellbock.cli.table import cut, json_option, wanted
from prellbock.cli.training import require_training
from prellbock.learn import corpus

if TYPE_CHECKING:
    from prellbock.learn.beside import Beside

_HEAD = f"{'left out':<20}{'texts':>7}{'all':>7}{'at .6':>7}{'decided':>9}{'right':>7}{'dead':>6}{'cost':>7}{'ECE':>7}"
_NOTE = (
    "all: right category, everything answered; at .6: of the surest 0.6; decided:\n"
    "share that is answered; right: of these; dead: living recipients called dead, of\n"
    "these; cost: per text, always abstaining is 1; ECE: mean distance of confidence\n"
    "and share of right answers."
)


@click.command()
@click.argument("files", nargs=-1, type=FILES)
@click.option("--plots", type=click.Path(file_okay=False, exists=True, path_type=Path),
              help="Draw calibration and confusion of the folds into this folder.")  # fmt: skip
@json_option
def report(files: tuple[Path, ...], plots: Path | None, as_json: bool) -> int:
    """Measures models on what they have not seen: by folds, provider, language, time. Takes some minutes.

    Labelled FILES are measured besides: `unseen` by a model trained without them, `unseen provider` by one that knows
    what their other providers say. Near-duplicates of what is left out are never trained on. Beside rules: the rules
    that quote what is asked about are taken away, and what is left judges it with the model and without.
    """
    require_training()
    from prellbock.learn.beside import Beside
    from prellbock.learn.plots import calibration, confusion
    from prellbock.learn.report import report as run

    texts = corpus.shipped()
    about = corpus.stamp(texts)
    table = wanted(as_json)
    if table:
        click.echo(_HEAD)
    for part in run(texts, read_labels(files), load_ruleset(None)):
        if isinstance(part, Beside):
            if table:
                click.echo(_beside(part))
            else:
                write_line({**about, "beside": _told(part)})
                sys.stdout.flush()
            continue
        if plots and part.way == "folds":
            (plots / "model-calibration.svg").write_text(calibration(part.figures), "utf-8")
            (plots / "model-confusion.svg").write_text(confusion(part.answers), "utf-8")
        if not table:
            shown = {"figures": part.figures, "groups": part.groups, "confusion": part.confusion}
            write_line({**about, "way": part.way, **msgspec.to_builtins(shown)})
            sys.stdout.flush()
            continue
        told = part.figures
        click.echo(
            f"{part.way:<20}{told.texts:>7,}{told.accuracy:>7.3f}{told.accuracy_at_06:>7.3f}{told.decided:>9.3f}"
            f"{_share(told.decided_accuracy):>7}{told.decided_false_dead:>6}{told.cost:>7.2f}"
            f"{told.calibration_error:>7.3f}"
        )
        for group in part.groups:
            click.echo(
                f"  {cut(group.name, 17):<18}{group.texts:>7,}{group.accuracy:>7.3f}{group.decided:>16.3f}"
                f"{_share(group.decided_accuracy):>7}{group.decided_false_dead:>6}"
            )
    if table:
        click.echo(_NOTE)
    return 0


def _told(part: "Beside") -> dict[str, Any]:
    """Without the texts."""
    fields: dict[str, Any] = msgspec.to_builtins(part)
    for name in ("rules", "rules_and_model"):
        del fields[name]["misses"]
    return fields


def _beside(part: "Beside") -> str:
    alone, aided = part.rules, part.rules_and_model
    return (
        f"  beside rules, {part.rules_taken:,} of which were taken away, {alone.texts:,} texts: "
        f"right {alone.category:.3f},\n  with the model {aided.category:.3f}; unclassified {alone.unclassified:.3f}, "
        f"{aided.unclassified:.3f}; dead {alone.false_dead}, {aided.false_dead}"
    )


@click.command()
@click.argument("results", nargs=-1, required=True, type=FILES)
def card(results: tuple[Path, ...]) -> int:
    """Writes the model card of the shipped model to stdout, from RESULTS: what report, compare and restore printed.

    Fails where report and compare belong to other texts than those that the shipped model was trained on.
    """
    from prellbock.learn.card import CardError, card_of, read_results

    try:
        click.echo(card_of(shipped_model(), read_results(results)), nl=False)
    except CardError as error:
        raise click.ClickException(str(error)) from error
    return 0


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"
