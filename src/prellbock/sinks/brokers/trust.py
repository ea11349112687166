"""Whom a broker's certificate must be from: an authority that the system trusts, or one that is named. TLS alone."""

import ssl

from prellbock.kinds import SettingError


def context_of(ca: str | None) -> ssl.SSLContext:
    """Checks certificate and host; ``ca``: PEM of the authorities that are trusted, in place of the system's."""
    return ssl.create_default_context(cadata=ca)


def check_ca(ca: str | None) -> None:
    """Raises `SettingError` unless it can be read."""
    if ca is None:
        return
    try:
        context_of(ca)
    except (ssl.SSLError, ValueError):
        raise SettingError(
            "ca: certificates of authorities in PEM, the first line -----BEGIN CERTIFICATE-----"
        ) from None


def distrust(error: BaseException) -> str | None:
    """What is wrong with the certificate of a broker, where that is why it was not connected to."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, ssl.SSLCertVerificationError):
            return f"its certificate is not trusted ({seen.verify_message.rstrip('.')}): name its authority in `ca`"
        seen = seen.__cause__ or seen.__context__
    text = str(error)
    if "CERTIFICATE_VERIFY_FAILED" in text or "certificate verify failed" in text:
        return "its certificate is not trusted: name its authority in `ca`, or the host that it is for"
    return None
