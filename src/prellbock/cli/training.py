"""What training needs besides the package itself, asked for before a command begins to work."""

from importlib.util import find_spec

import click


def require_training() -> None:
    """Ends the command with 1, and says what to install, where scikit-learn is missing."""
    if find_spec("sklearn") is None:
        raise click.ClickException("scikit-learn is not installed; install it with pip install 'prellbock[learn]'")
