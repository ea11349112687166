"""Files of labelled texts on the command line."""

from pathlib import Path

import click

from prellbock.learn import corpus
from prellbock.learn.corpus import LabelError, Labelled

FILES = click.Path(exists=True, dir_okay=False, path_type=Path)


def read_labels(files: tuple[Path, ...]) -> list[Labelled]:
    """Labelled texts; what is wrong with them ends the command with 1."""
    try:
        return [row for file in files for row in corpus.read(file)]
    except LabelError as error:
        raise click.ClickException(str(error)) from error
