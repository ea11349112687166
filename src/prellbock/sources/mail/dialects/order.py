"""Which dialect does a notice speak? The list is asked from the top: the most authoritative first, guessing last."""

from collections.abc import Sequence

from prellbock.sources.mail.dialects.contract import Dialect, Finding
from prellbock.sources.mail.dialects.courier import Courier
from prellbock.sources.mail.dialects.dragonfly import DragonFly
from prellbock.sources.mail.dialects.exchange import Exchange
from prellbock.sources.mail.dialects.exim import Exim
from prellbock.sources.mail.dialects.ezweb import Ezweb
from prellbock.sources.mail.dialects.gateways import APPLIANCE, GATEWAYS
from prellbock.sources.mail.dialects.generic import Generic
from prellbock.sources.mail.dialects.google import Gmail, GoogleGroups
from prellbock.sources.mail.dialects.listing import DELAY
from prellbock.sources.mail.dialects.mobile import MOBILE
from prellbock.sources.mail.dialects.named_lists import NAMED_LISTS
from prellbock.sources.mail.dialects.nullmailer import Nullmailer
from prellbock.sources.mail.dialects.opensmtpd import OpenSmtpd
from prellbock.sources.mail.dialects.postfix import POSTFIX, PostfixSession
from prellbock.sources.mail.dialects.qmail import QMAIL
from prellbock.sources.mail.dialects.sendmail import Sendmail
from prellbock.sources.mail.dialects.servers import SERVERS
from prellbock.sources.mail.dialects.webmail import NEMESIS, Zoho
from prellbock.sources.mail.notice import Notice
from prellbock.sources.mail.signs import Signs, signs_of

DIALECTS: tuple[Dialect, ...] = (
    # Unmistakable signatures.
    DragonFly(),
    OpenSmtpd(),
    Nullmailer(),
    *NAMED_LISTS,
    PostfixSession(),
    *MOBILE,
    Sendmail(),
    GoogleGroups(),
    Gmail(),
    Courier(),
    Zoho(),
    Exchange(),
    # Families that share phrases: the more particular before the more general.
    NEMESIS,
    Exim(),
    QMAIL,
    Ezweb(),
    POSTFIX,
    *GATEWAYS,
    *SERVERS,
    APPLIANCE,
    Generic(),
)


_SIGNS = Signs({dialect.name: dialect.signs for dialect in DIALECTS} | {"delay": signs_of(DELAY.pattern)})


def read_notice(notice: Notice) -> tuple[str, Sequence[Finding]]:
    """Name of the first dialect that can read the notice, and what it found; an empty name where none can."""
    possible = _SIGNS.found(notice.lowered)
    notice.may_be_delay = "delay" in possible
    for dialect in DIALECTS:
        if dialect.name in possible and (found := dialect.read(notice)):
            return dialect.name, found
    return "", []
