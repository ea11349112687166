"""Tables that a terminal of 80 columns shows whole."""

import sys

import click

json_option = click.option("--json", "as_json", is_flag=True, help="NDJSON also on a terminal.")


def wanted(as_json: bool) -> bool:
    """Whether a person looks, so that a table is better than NDJSON."""
    return not as_json and sys.stdout.isatty()


def cut(text: str, width: int) -> str:
    """At most so many characters, of one line; what is left out leaves an ellipsis."""
    line = " ".join(text.split())
    return line if len(line) <= width else line[: width - 1] + "…"
