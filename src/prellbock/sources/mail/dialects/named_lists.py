"""Systems whose notices list addresses in the common shape, between phrases that nobody else uses."""

from prellbock.sources.mail.dialects.listing import Listing

NAMED_LISTS: tuple[Listing, ...] = (
    # MessageLabs, later Symantec Email Security.cloud. Broadcom documents the opening sentences and the replies that
    # follow; a paragraph of prose below them is taken for the end.
    # https://knowledge.broadcom.com/external/article/162445/outbound-mail-returned-by-mailerdaemonme.html
    Listing(
        "messagelabs",
        signature=r"this is the mail delivery agent at messagelabs\.com",
        begin=r"unable to deliver your message to the following addresses[.:][ \t]*\n",
        end=r"\n\n(?:the|this|please|if|for) ",
    ),
    # Smail 3 (``notify.c``), for long the mail server of T-Online.
    Listing(
        "smail",
        signature=r"\|-{5,40} Failed addresses follow: -{5,40}\|",
        end=r"\n\|-{5,40} Message text follows",
        boilerplate=r"^\.\.\. ",
    ),
    # MX Logic, later McAfee SaaS.
    Listing(
        "mxlogic",
        signature=r"Included is a copy of the message header:",
        begin=r"following address(?:\(es\)|es)? failed:",
        end=r"\nIncluded is a copy of the message header",
    ),
)
