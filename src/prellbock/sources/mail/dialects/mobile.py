"""Mobile network operators and access providers: KDDI, Biglobe, Verizon."""

from prellbock.sources.mail.dialects.phrase import TO, Phrase

MOBILE: tuple[Phrase, ...] = (
    Phrase(
        "kddi",
        signature=r"au one net|Could not be delivered to: ?<",
        address=rf"Could not be delivered to: {TO}",
    ),
    Phrase(
        "biglobe",
        signature=r"----- ?Non-delivered information",
        address=rf"delivery problems -----[ \n]{{1,8}}{TO}",
        cause=r"Non-delivered information -----",
    ),
    Phrase(
        "verizon",
        signature=r"Error message below:|Message could not be delivered to mobile",
        address=rf"^[ \t]{{0,8}}RCPT TO: ?{TO}",
        cause=r"Error message below:|(?P<cause>(?:Error: No valid recipients"
        r"|Message could not be delivered to mobile))",
    ),
)
