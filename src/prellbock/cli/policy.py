"""`prellbock policy`: the history rules by which recipients are judged; show, check, draw and change them."""

import getpass
import re
import sys
import time
from pathlib import Path

import click
import msgspec

from prellbock.cli.shell import data_option, opened, write_line
from prellbock.history import diagram as drawn
from prellbock.history.lint import lint as find
from prellbock.history.policy import Policy, preset, preset_text, presets
from prellbock.history.policy import find as find_policy
from prellbock.history.policy_toml import read_text
from prellbock.rules.model import RuleError

_VERSION = re.compile(r"[0-9a-f]{12}")


@click.group()
def policy() -> None:
    """Shows, checks, draws and changes the history policy: when failures pause or suppress a recipient.

    A POLICY is the name of a preset or a TOML file. The one in force is kept in the data folder and holds for every
    command and for the server; `policy use` changes it.
    """


@policy.command("list")
@data_option
def list_policies(data: Path) -> int:
    """Lists the presets, and which policy is in force: a table on a terminal, NDJSON otherwise."""
    in_force = _in_force(data)
    named = [preset(name) for name in presets()]
    if in_force.version not in {each.version for each in named}:
        named.append(in_force)
    for each in named:
        holds = each.version == in_force.version
        if sys.stdout.isatty():
            click.echo(f"{'*' if holds else ' '} {each.name:<18} {each.description}")
        else:
            write_line({
                "name": each.name, "version": each.version, "in_force": holds, "rules": len(each.rules),
                "description": each.description, "source": each.source,
            })  # fmt: skip
    return 0


@policy.command("show")
@click.argument("wanted", metavar="[POLICY]", required=False)
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of TOML.")
@data_option
def show(wanted: str | None, as_json: bool, data: Path) -> int:
    """Prints a policy as TOML; without a name that in force. POLICY may also be a version named in the ledger."""
    if wanted is None:
        found, content = _in_force(data), _text_in_force(data)
    elif (earlier := _once_in_force(wanted, data)) is not None:
        found, content = read_text(wanted, earlier), earlier
    else:
        found, content = load_policy(wanted)
    if as_json:
        write_line({**msgspec.to_builtins(found), "version": found.version})
    else:
        sys.stdout.write(content)
    return 0


@policy.command("lint")
@click.argument("wanted", metavar="POLICY")
def lint(wanted: str) -> int:
    """Finds rules and steps that do nothing and steps that are too harsh; prints findings, one JSON object a line.

    What cannot be read at all is named with file, line, rule and field. Exit code 1 if there is any finding but notes
    (kind `uncounted`: failures that the policy only watches).
    """
    found, _ = load_policy(wanted)
    findings = find(found)
    for finding in findings:
        write_line(msgspec.to_builtins(finding))
    click.echo(f"{found.name}: {len(found.rules)} rules, {len(findings)} findings", err=True)
    return 1 if any(finding.kind != "uncounted" for finding in findings) else 0


@policy.command("diagram")
@click.argument("wanted", metavar="[POLICY]", required=False)
@click.option("--page", is_flag=True, help="The whole reference page of the statuses (Markdown).")
@data_option
def diagram(wanted: str | None, page: bool, data: Path) -> int:
    """Draws a policy as a state diagram (Mermaid); without a name that in force."""
    found = load_policy(wanted)[0] if wanted is not None else _in_force(data)
    sys.stdout.write(drawn.page(found) if page else f"{drawn.of_policy(found)}\n")
    return 0


@policy.command("use")
@click.argument("wanted", metavar="POLICY")
@data_option
def use(wanted: str, data: Path) -> int:
    """Puts a policy into force: judges everybody by it and announces what changes.

    See first what that would be: `prellbock decisions replay --policy POLICY`.
    """
    found, content = load_policy(wanted)
    with opened(data, create=True) as store:
        counts = store.use_policy(content, time.time(), getpass.getuser())
    write_line({"policy": found.name, "version": found.version, **counts})
    return 0


def load_policy(wanted: str) -> tuple[Policy, str]:
    """A policy and its text. Every mistake in it is shown, and the command ends with 1."""
    try:
        return find_policy(wanted)
    except RuleError as error:
        raise click.ClickException(f"the policy cannot be used:\n{error}") from error


def _in_force(data: Path) -> Policy:
    if not _has_store(data):
        return preset("default")
    with opened(data) as store:
        return store.policy


def _text_in_force(data: Path) -> str:
    if not _has_store(data):
        return preset_text("default")
    with opened(data) as store:
        return store.policy_text or preset_text("default")


def _once_in_force(version: str, data: Path) -> str | None:
    """The text of a policy by its version."""
    if not _VERSION.fullmatch(version):
        return None
    for name in presets():
        if preset(name).version == version:
            return preset_text(name)
    if not _has_store(data):
        return None
    with opened(data) as store:
        return store.policy_of(version)


def _has_store(data: Path) -> bool:
    from prellbock.store.sqlite.connection import DATABASE

    return (data / DATABASE).exists()
