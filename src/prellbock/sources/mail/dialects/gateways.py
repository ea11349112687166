"""Filtering gateways and appliances that write notices of their own."""

from prellbock.sources.mail.dialects.phrase import TO, Phrase

GATEWAYS: tuple[Phrase, ...] = (
    Phrase(
        "mailfoundry",
        signature=r"Unable to deliver message to: ?<",
        address=rf"Unable to deliver message to: {TO}",
        cause=r"Delivery failed for the following reason:",
    ),
    Phrase(
        "interscan",
        signature=r"InterScan|Sent <<< |Sent >>> |Unable to deliver message to <",
        address=rf"(?:Unable to deliver message to|Sent (?:<<<|>>>) RCPT TO:) ?{TO}",
        cause=r"(?P<cause>Unable to deliver message to [^\n]*)|Received (?:<<<|>>>) ?",
        end=r"\n",
    ),
    Phrase(
        "mcafee",
        signature=r"The following addresses had delivery problems",
        address=rf"^<?{TO}[ \t]{{1,8}}\(",
        end=r"\)?[ \t]*(?:\n|$)",
    ),
    Phrase(
        "m-filter",
        signature=r"-----server message|m-FILTER",
        cause=r"-----\s?server message[ -]*",
        end=r"\n-----",
    ),
    Phrase(
        "mailmarshal",
        signature=r"Could not be delivered because of|MailMarshal",
        address=rf"recipients? (?:was|were) affected:[ \t]*\n[ \t\n]{{0,20}}{TO}",
        cause=r"Could not be delivered because of",
    ),
    Phrase(
        "surfcontrol",
        signature=r"A transcript of the attempts to send the message follows",
        address=rf"Addressed To: *{TO}",
    ),
)

# Barracuda, Mirapoint and other appliances: words that many use, so that this one is asked late.
APPLIANCE = Phrase(
    "undeliverable-because",
    signature=r"(?:could not|cannot|can not) be delivered to(?: the following)?|was not delivered to",
    address=rf"(?:could not|cannot|can not) be delivered to:? ?{TO}",
    cause=r"(?:because|the reason (?:was|is|given)|error was|reason):?",
)
