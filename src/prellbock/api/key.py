"""``GET /v1/key``: how addresses are hashed here, for whoever asks by hash or reads the snapshot."""

import msgspec
from litestar import get

from prellbock.api.auth.scopes import NEEDS
from prellbock.api.installation import Here


class HashKey(msgspec.Struct, frozen=True, kw_only=True):
    """The hash of a canonical address: BLAKE2b (RFC 7693) of its UTF-8 octets, 16 octets, keyed with ``secret``."""

    key: str
    """Names the secret; 16 hexadecimal digits."""
    secret: str
    """32 octets, hexadecimal."""
    algorithm: str = "blake2b"
    octets: int = 16


@get("/v1/key", opt={NEEDS: "feed"})
async def hash_key(installation: Here) -> HashKey:
    """How this installation hashes addresses. Whoever has ``secret`` can try addresses against hashes."""
    return HashKey(key=installation.lookups.identity.key_id, secret=installation.secret.hex())
