"""Mail servers and list managers whose notices have no, or no useful, machine-readable part."""

from prellbock.sources.mail.dialects.phrase import TO, Phrase

SERVERS: tuple[Phrase, ...] = (
    Phrase(
        "domino",
        signature=r"was not delivered to:",
        address=rf"was not delivered to:[ \n]{{1,12}}{TO}",
        cause=r"because:",
    ),
    Phrase(
        "notes",
        signature=r"--- ?Failure Reasons {1,4}---",
        address=rf"^[ \t]{{0,8}}{TO}[ \t]*$",
        cause=r"Failure Reasons {1,4}-{3,40}",
        end=r"\n[^\n@]{0,80}@|\n\n|\n---",
    ),
    # Oracle (Sun Java System) Messaging Server, iCloud: the remote server's words where it gave any.
    Phrase(
        "messaging-server",
        signature=r"Your message cannot be delivered to the following recipients|has been enqueued and undeliverable",
        address=rf"(?:Recipient|Original) address: {TO}",
        cause=r"^[ \t]{0,8}Diagnostic code: smtp; ?(?P<cause>[45]\d\d)",
        end=r"\n",
    ),
    Phrase(
        "messaging-server",
        signature=r"Your message cannot be delivered to the following recipients|has been enqueued and undeliverable",
        address=rf"(?:Recipient|Original) address: {TO}",
        cause=r"^[ \t]{0,8}(?:Diagnostic code: (?:smtp;)?|Reason: )",
        end=r"\n",
    ),
    # Ipswitch IMail Server.
    Phrase(
        "imail",
        signature=r"^(?:Unknown (?:user|host)|User mailbox exceeds|Invalid final delivery|Delivery failed \d"
        r"|undeliverable to|"
        r"Body of message generated response)",
        address=rf"(?:Unknown (?:user|host)|User mailbox exceeds allowed size|Invalid final delivery userid"
        rf"|undeliverable to"
        rf"|Delivery failed \d{{1,3}} attempts?):? {TO}",
        cause=r"^(?P<cause>(?:Unknown (?:user|host)|User mailbox exceeds|Invalid final delivery|Delivery failed \d))"
        r"|Body of message generated response:",
        end=r"\n\n|\nOriginal message",
    ),
    Phrase(
        "mdaemon",
        signature=r"--- ?Session Transcript ?---",
        address=rf"Failed address: {TO}",
        cause=r"<-- (?P<cause>[45]\d\d)",
        end=r"\n",
    ),
    Phrase(
        "communigate",
        signature=r"Failed to deliver to '",
        address=rf"Failed to deliver to '{TO}",
        cause=r"module ?\([^\n]{1,255}\) reports:|reports:",
    ),
    Phrase(
        "mailenable",
        signature=r"Recipient: \[SMTP:",
        address=rf"Recipient: \[SMTP:{TO}",
        cause=r"Reason:",
    ),
    Phrase(
        "james",
        signature=r"Failed recipient\(s\):",
        address=rf"Failed recipient\(s\):[ \n]{{1,8}}{TO}",
        cause=r"Error message:",
    ),
    Phrase(
        "fml",
        signature=r"not (?:a )?member of (?:this|the) (?:mailing list|ML)|guide of this list|address of this list",
        address=rf"(?:member of (?:this|the) (?:mailing list|ML)|mailing list|this ML) ?{TO}",
        cause=r"^(?P<cause>[^\n]{0,200}not (?:a )?member of)",
    ),
    # An unnamed system whose notices say "Delevery".
    Phrase(
        "x3",
        signature=r"Del[ei]very to the following recipients? was aborted",
        address=rf"^[ \t]{{0,8}}\* {TO}",
        cause=r"Technical details:[ =\n]{0,200}",
        end=r"\n=|\n\n",
    ),
    # A Japanese system without a name.
    Phrase(
        "x1",
        signature=r"---The following addresses had delivery errors---",
        address=rf"^{TO}[ \t]{{1,8}}\[",
        end=r"\]",
    ),
)
