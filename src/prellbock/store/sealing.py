"""How are secrets kept that must be read again? Sealed with a key that follows from the installation's secret.

The secret is a file of its own beside the database (`secret`), so a stolen database alone betrays nothing.
ChaCha20-Poly1305 (RFC 8439); what a box is for is part of the seal, so that boxes cannot be exchanged.
"""

import hashlib
import secrets

from prellbock.store.errors import StoreError

_NONCE_OCTETS = 12


class Sealer:
    """Seals and opens with the key of one installation."""

    def __init__(self, secret: bytes) -> None:
        self._key = hashlib.blake2b(secret, person=b"prellbock-seal", digest_size=32).digest()

    def seal(self, content: bytes, purpose: str) -> bytes:
        """A box that `open` alone opens, for the same purpose."""
        from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

        nonce = secrets.token_bytes(_NONCE_OCTETS)
        return nonce + ChaCha20Poly1305(self._key).encrypt(nonce, content, purpose.encode())

    def open(self, box: bytes, purpose: str) -> bytes:
        """What was sealed. Raises `StoreError` where the box is another one's."""
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

        try:
            return ChaCha20Poly1305(self._key).decrypt(box[:_NONCE_OCTETS], box[_NONCE_OCTETS:], purpose.encode())
        except InvalidTag:
            raise StoreError(
                f"what is stored for {purpose} was sealed with another secret: restore the file `secret` that belongs "
                "to this database, or set the secret again"
            ) from None
