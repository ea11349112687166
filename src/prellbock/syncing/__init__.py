"""The suppression lists that mail providers keep, read and written through their own APIs: one module for each.

What an entry means is said where lists are imported from files (`prellbock.sources.suppression_lists`); here stands
only how to get at it. Ids come from the entries alone, so reading a list again changes nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from prellbock.syncing.provider import Provider

NAMES = ("postmark", "sendgrid", "mailgun", "brevo", "ses", "listmonk")
"""What the command line takes; each is a module here."""


def provider_named(name: str) -> "Provider":
    """The provider of one of `NAMES`. Only now is loaded what asks over HTTP."""
    found: Provider = import_module(f"prellbock.syncing.{name}").PROVIDER
    return found
