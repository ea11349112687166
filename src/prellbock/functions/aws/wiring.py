"""What a function instance is made of, once: settings, clients, and the store when it is first asked for."""

import hashlib
import os
import time
from collections.abc import Callable
from functools import cached_property, lru_cache

from prellbock.collecting import BATCHES, settled
from prellbock.functions.aws.clients import Clients, of_boto3
from prellbock.functions.aws.settings import Settings, SettingsError
from prellbock.identity import SECRET_OCTETS
from prellbock.store.dynamodb.store import DynamoStore, Place

LEAST_SECRET = 32
"""Characters of the secret."""
API_FRESH_SECONDS = 2.0
"""For so long the API answers from the copy it has."""


class Wired:
    """One installation as a function sees it."""

    def __init__(
        self,
        settings: Settings,
        clients: Clients,
        *,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], None] = time.sleep,
        fresh_seconds: float = 0.0,
    ) -> None:
        self.settings, self.clients, self.clock = settings, clients, clock
        self._sleep, self._fresh_seconds = sleep, fresh_seconds
        self.told_of = ("", 0)
        """Of the record that `publish` has handed back: its number, and how many of its decisions everybody has."""

    @cached_property
    def secret(self) -> bytes:
        """The installation's secret, made of what Secrets Manager keeps. Raises `SettingsError`."""
        text = self.secret_text(self.settings.secret_arn)
        if len(text) < LEAST_SECRET:
            raise SettingsError(
                f"the secret {self.settings.secret_arn} has {len(text)} characters, at least {LEAST_SECRET} are "
                "needed: once events are stored it must never change"
            )
        return hashlib.blake2b(text.encode(), person=b"prellbock-secret", digest_size=SECRET_OCTETS).digest()

    def secret_text(self, arn: str) -> str:
        """A secret of Secrets Manager."""
        return str(self.clients.secrets.get_secret_value(SecretId=arn)["SecretString"])

    @cached_property
    def store(self) -> DynamoStore:
        """The store; opened once an instance."""
        place = Place(
            s3=self.clients.s3,
            dynamodb=self.clients.dynamodb,
            bucket=self.settings.bucket,
            table=self.settings.table,
            histories=self.settings.histories,
            clock=self.clock,
            sleep=self._sleep,
            fresh_seconds=self._fresh_seconds,
        )
        return DynamoStore(place, self.secret, addresses=self.settings.addresses)


def wire(
    settings: Settings,
    clients: Clients,
    *,
    clock: Callable[[], float] = time.time,
    sleep: Callable[[float], None] = time.sleep,
    fresh_seconds: float = 0.0,
) -> Wired:
    """Puts it together; nothing is asked of AWS yet."""
    return Wired(settings, clients, clock=clock, sleep=sleep, fresh_seconds=fresh_seconds)


@lru_cache(1)
def wired(fresh_seconds: float = 0.0) -> Wired:
    """That of this instance, from its environment."""
    here = wire(Settings.of(os.environ), of_boto3(), fresh_seconds=fresh_seconds)
    settled(BATCHES)
    return here
