"""The option --rules: another rule folder than the shipped one, and the classifier made of it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from prellbock.classify.classifier import Classifier
from prellbock.classify.model import TextModel, shipped_model
from prellbock.rules.cached import default_cache_dir
from prellbock.rules.model import RuleError, RuleSet
from prellbock.rules.toml import read_default, read_folder

F = TypeVar("F", bound=Callable[..., Any])


def rules_option(function: F) -> F:
    """Gives the command an option --rules, as keyword ``rules``; see `load_ruleset`."""
    return click.option(
        "--rules", metavar="DIR", help="A folder of rule files (*.toml) instead of the shipped ones.", default=None
    )(function)


def load_ruleset(folder: str | None) -> RuleSet:
    """The rules of a folder, or the shipped ones. Every mistake in them is shown, and the command ends with 1."""
    try:
        cache = default_cache_dir()
        return read_folder(Path(folder), cache) if folder else read_default(cache)
    except RuleError as error:
        raise click.ClickException(f"the rules cannot be used:\n{error}") from error


def load_classifier(ruleset: RuleSet, model: Callable[[], TextModel] | None = shipped_model) -> Classifier:
    """A classifier of these rules and the text model; patterns that cannot be compiled end the command with 1."""
    try:
        return Classifier(ruleset, default_cache_dir(), model=model)
    except RuleError as error:
        raise click.ClickException(f"the rules cannot be used:\n{error}") from error
