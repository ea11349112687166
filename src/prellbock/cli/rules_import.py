"""`prellbock rules import`: rules of other systems as rules of ours."""

import tomllib
from pathlib import Path
from typing import TextIO

import click

from prellbock.cli.shell import Problems
from prellbock.rules.import_kumomta import read_kumomta
from prellbock.rules.import_powermta import read_powermta
from prellbock.rules.imported import as_toml
from prellbock.rules.toml import read_texts
from prellbock.taxonomy import CATEGORIES

_READERS = {"kumomta": read_kumomta, "powermta": read_powermta}


def _mapped(ctx: click.Context, param: click.Parameter, values: tuple[str, ...]) -> dict[str, str]:
    found = {}
    for value in values:
        name, _, category = value.partition("=")
        if not name or category not in CATEGORIES:
            raise click.BadParameter(f"{value!r} is not CLASS=CATEGORY; the categories are {', '.join(CATEGORIES)}")
        found[name] = category
    return found


@click.command("import")
@click.option("--format", "form", type=click.Choice(sorted(_READERS)), required=True, help="Whose file it is.")
@click.option(
    "--map", "more", multiple=True, callback=_mapped, metavar="CLASS=CATEGORY", help="The category of an own class."
)
@click.argument("file", type=click.File("r", encoding="utf-8"))
def import_rules(form: str, more: dict[str, str], file: TextIO) -> int:
    """Writes the bounce rules of another system as a rule file on stdout.

    What cannot be a rule here is named on stderr, with its line and what to write instead; the rest is written. The
    rules have no examples yet: `prellbock rules lint` asks for them.
    """
    problems = Problems()
    name = file.name
    try:
        rules, refused = _READERS[form](file.read(), more)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        problems.add(name, f"cannot be read: {error}")
        return problems.exit_code
    for refusal in refused:
        shown = f"pattern {refusal.pattern!r}: " if refusal.pattern else ""
        problems.add(f"{name}:{refusal.line}", shown + refusal.text)
    text = as_toml(rules, f"imported from {Path(name).name} ({form})", form)
    read_texts([("<stdout>", text)])
    click.echo(text, nl=False)
    return problems.exit_code
