"""OpenSMTPD (``usr.sbin/smtpd/bounce.c``): ``user@example.com: 550 5.1.1 ...`` within a sentence of its own."""

from prellbock.sources.mail.dialects.listing import Listing

OPENSMTPD = Listing(
    "opensmtpd",
    signature=r"this is the MAILER-DAEMON, please DO NOT REPLY",
    begin=r"(?:the\s+)?following\s+list\s+of\s+recipients:|for the following recipients?:"
    r"|following\s+recipients?[^\n]{0,60}:",
    end=r"\n[ \t]*(?:below is a copy|please note that this is only)",
    needs_mark=True,
)
