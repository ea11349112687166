"""`prellbock learn restore`: what proposals give back when half of the rules is lost."""

import sys
from collections import defaultdict

import click
import msgspec

from prellbock.cli.rules_option import load_ruleset
from prellbock.cli.shell import write_line
from prellbock.cli.table import json_option, wanted
from prellbock.cli.training import require_training
from prellbock.learn import corpus

_HEAD = (
    f"{'way':<9}{'seed':>5}{'all':>7}{'half':>7}{'after':>7}{'restored':>9}{'at most':>8}{'accepted':>10}"
    f"{'est.':>6}{'true':>6}"
)


@click.command()
@click.option("--seed", type=int, default=1, show_default=True, help="Draws the half that is taken away.")
@click.option("--seeds", type=click.IntRange(1, 100), default=1, show_default=True, help="So many seeds from there on.")
@json_option
def restore(seed: int, seeds: int, as_json: bool) -> int:
    """Takes half of the shipped rules away, accepts what is recommended, and measures what that restores.

    Three ways to part texts: by families of near-duplicates, at random, and as a stream in which wordings come again.
    With several seeds their mean and range follow, a line for each way. `at most` is what the true labels of the shown
    texts would restore. Takes some minutes a seed. Needs scikit-learn: pip install 'prellbock[learn]'.
    """
    require_training()
    from prellbock.learn.restore import Restored, summary
    from prellbock.learn.restore import restore as run

    texts = corpus.shipped()
    about = corpus.stamp(texts)
    table = wanted(as_json)
    if table:
        click.echo(_HEAD)
    found: dict[str, list[Restored]] = defaultdict(list)
    for number in range(seed, seed + seeds):
        for each in run(load_ruleset(None), texts, number):
            found[each.way].append(each)
            if table:
                click.echo(
                    f"{each.way:<9}{each.seed:>5}{each.all_rules:>7.3f}{each.half:>7.3f}{each.with_proposals:>7.3f}"
                    f"{each.restored:>9.3f}{each.ceiling:>8.3f}{f'{each.accepted}/{each.proposals}':>10}"
                    f"{each.precision_estimated or 0:>6.2f}{each.precision_true or 0:>6.2f}"
                )
            else:
                write_line({**about, **msgspec.to_builtins(each)})
            sys.stdout.flush()
    for ways in found.values() if seeds > 1 else ():
        mean = summary(ways)
        if table:
            click.echo(
                f"{mean.way}: restored {mean.restored:.3f} ({mean.restored_least:.3f} to {mean.restored_most:.3f}), "
                f"called dead falsely {mean.false_dead_half}, then {mean.false_dead_with_proposals}"
            )
        else:
            write_line({**about, **msgspec.to_builtins(mean)})
    return 0
