"""How many addresses a second does a snapshot answer? A million are withheld, and one in twenty of those asked about.

The yardstick is `hashlib.blake2b`, keyed, once for each address: what nobody who asks by address can do without.
"""

import hashlib
import secrets

from prellbock.bench import Figures
from prellbock.bench.timing import interleaved
from prellbock.client.local import LocalAnswers
from prellbock.identity import HASH_OCTETS, Identity
from prellbock.snapshot import Snapshot, keys_of, pack

WITHHELD = 1_000_000
ASKED = 200_000
_PART = 100_000
_NOW = 1_767_600_000.0


def run() -> Figures:
    """Addresses are canonicalised, hashed and looked up, their domains too; keys are only looked up."""
    identity = Identity(secrets.token_bytes(32))
    withheld = [f"held{n}@example{n % 50}.com" for n in range(WITHHELD)]
    hashes = identity.of_addresses(withheld)
    rows = (
        (
            hashes[n * HASH_OCTETS : (n + 1) * HASH_OCTETS],
            "suppressed" if n % 2 else "paused",
            "all",
            None if n % 2 else 2e9,
        )
        for n in range(WITHHELD)
    )
    snapshot = Snapshot(pack(rows, key=identity.key_id, cursor="", made=_NOW, critical=(), marketing=()))
    asked = [withheld[n] if n % 20 == 0 else f"well{n}@example{n % 50}.com" for n in range(ASKED)]
    keys = keys_of(identity.of_addresses(asked))
    local = LocalAnswers(identity, snapshot, clock=lambda: _NOW)

    def addresses() -> None:
        for begin in range(0, ASKED, _PART):
            local.may_mail(asked[begin : begin + _PART], stream="newsletter")

    def hashed() -> None:
        for begin in range(0, ASKED, _PART):
            local.may_mail_keys(keys[begin : begin + _PART], stream="newsletter")

    def yardstick() -> None:
        for name in asked:
            hashlib.blake2b(name.encode(), digest_size=16, key=b"k" * 32).digest()

    taken = interleaved({"addresses": addresses, "keys": hashed, "blake2b": yardstick})
    rate = {name: ASKED / seconds for name, seconds in taken.items()}
    return {
        "blake2b, keyed": {"value": rate["blake2b"], "unit": "/s"},
        "addresses": {
            "value": rate["addresses"], "unit": "/s", "ratio": rate["addresses"] / rate["blake2b"], "of": "blake2b",
            "note": "target 700,000/s",
        },
        "keys": {
            "value": rate["keys"], "unit": "/s", "ratio": rate["keys"] / rate["blake2b"], "of": "blake2b",
            "note": "target 3,000,000/s",
        },
    }  # fmt: skip
