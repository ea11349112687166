"""``prellbock decisions replay``: what another policy would have decided on the stored history."""

import sys
import time
from pathlib import Path

import click

from prellbock.cli.policy import load_policy
from prellbock.cli.shell import Progress, data_option, opened, write_line
from prellbock.cli.times import Time
from prellbock.history.judge import Standing
from prellbock.history.replay import Replay
from prellbock.times import rfc3339


@click.command()
@click.option("--policy", "wanted", required=True, metavar="POLICY", help="The other policy: a preset or a TOML file.")
@click.option("--as-of", type=Time(), help="Compare as if it were then, on what had happened until then.")
@click.option("--counts", is_flag=True, help="Only the last line.")
@data_option
def replay(wanted: str, as_of: float | None, counts: bool, data: Path) -> int:
    """Judges everybody by another policy than that in force; changes nothing.

    Prints who would have another status, one JSON object a line: `address, hash, before, after`, each with `status,
    until, category, rule`; and in the last line the counts.
    """
    new, _ = load_policy(wanted)
    now = as_of if as_of is not None else time.time()
    with opened(data, as_of=as_of) as store, Progress("replay", unit="histories") as progress:
        old = store.policy
        found = Replay(progress.over(store.states(as_of=as_of)), old, new, now)
        for difference in found:
            if not counts:
                write_line({
                    "address": difference.address, "hash": difference.hash,
                    "before": _shown(difference.before), "after": _shown(difference.after),
                })  # fmt: skip
    write_line({
        "policy": new.name, "version": new.version, "in_force": old.name, "judged": found.judged,
        "changed": sum(found.changes.values()),
        "changes": [
            {"before": before, "after": after, "count": count}
            for (before, after), count in sorted(found.changes.items())
        ],
    })  # fmt: skip
    sys.stdout.flush()
    return 0


def _shown(standing: Standing) -> dict[str, object]:
    return {
        "status": standing.status,
        "until": rfc3339(standing.until),
        "category": standing.category,
        "rule": standing.rule,
    }
