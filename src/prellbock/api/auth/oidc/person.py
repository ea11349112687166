"""Who has come back from the provider, and why somebody may not be let in."""

import msgspec

from prellbock.store.accounts import Role


class Person(msgspec.Struct, frozen=True):
    """Who has signed in at the provider."""

    subject: str
    name: str
    role: Role | None
    """By the configured table; None where none of its values was said."""


class RefusedError(Exception):
    """Somebody is not let in; the message says why in words that hold no secret."""


class ProviderError(Exception):
    """The provider cannot be reached, or does not answer as it should; the message says what an admin can do."""
