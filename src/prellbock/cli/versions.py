"""`prellbock versions`: what was published of rules and policies; compare, export, bring back."""

import getpass
import sys
import time
from pathlib import Path

import click
import msgspec

from prellbock.cli.draft import with_store
from prellbock.cli.shell import data_option, write_line
from prellbock.drafting import naming, policies, rules
from prellbock.rules.changes import differences
from prellbock.rules.written import to_toml
from prellbock.store.contract import Store
from prellbock.store.revisions import Subject
from prellbock.times import rfc3339

_SUBJECT = click.argument("subject", type=click.Choice(["rules", "policy"]))


@click.group()
def versions() -> None:
    """Lists, compares, exports and brings back published versions of rules and policies.

    A version is named by its number, `in-force` or `shipped`; a draft by its id, a policy also by its preset.
    """


@versions.command("list")
@_SUBJECT
@data_option
def list_versions(subject: Subject, data: Path) -> int:
    """Lists the versions, the newest first, one JSON object a line; number 0 is what is shipped."""

    def shown(store: Store) -> None:
        in_force = store.in_force(subject)
        for each in store.versions(subject):
            write_line({
                "number": each.number, "version": each.version, "in_force": each.number == in_force,
                "title": each.title, "authors": list(each.authors), "reviewer": each.reviewer,
                "publisher": each.publisher or None, "published": rfc3339(each.published), "restores": each.restores,
            })  # fmt: skip
        write_line({"number": 0, "in_force": in_force == 0, "title": "shipped with Prellbock"})

    with_store(data, shown)
    return 0


@versions.command("diff")
@_SUBJECT
@click.argument("old")
@click.argument("new", default="in-force")
@data_option
def diff(subject: Subject, old: str, new: str, data: Path) -> int:
    """Compares two: of rules one JSON object a rule that differs, of policies a unified difference."""

    def shown(store: Store) -> None:
        if subject == "policy":
            sys.stdout.write(naming.text_difference(store, old, new))
            return
        for each in differences(naming.rules_named(store, old).ruleset, naming.rules_named(store, new).ruleset):
            write_line(msgspec.to_builtins(each))

    with_store(data, shown)
    return 0


@versions.command("export")
@_SUBJECT
@click.argument("name", default="in-force")
@click.option("--own", is_flag=True, help="Of rules only those that are not shipped as they are.")
@data_option
def export(subject: Subject, name: str, own: bool, data: Path) -> int:
    """Prints a version as TOML."""

    def written(store: Store) -> str:
        if subject == "policy":
            return naming.policy_named(store, name)
        found = naming.rules_named(store, name)
        return to_toml(rule for rule in found.ruleset.rules if not own or rule.name in found.changes)

    sys.stdout.write(with_store(data, written))
    return 0


@versions.command("restore")
@_SUBJECT
@click.argument("number", type=click.IntRange(min=0))
@data_option
def restore(subject: Subject, number: int, data: Path) -> int:
    """Puts an earlier version into force again, as a new one, and judges what is stored by it."""
    done = rules.restore if subject == "rules" else policies.restore
    new = with_store(data, lambda store: done(store, number, getpass.getuser(), time.time()))
    write_line({"subject": subject, "number": new, "restores": number})
    return 0
