"""qmail and its descendants, Yahoo among them (https://cr.yp.to/proto/qsbmf.txt): ``<address>:`` and the cause below.

<user@example.com>:
192.0.2.1 does not like recipient.
Remote host said: 550 5.1.1 User unknown
Giving up on 192.0.2.1.
"""

from prellbock.sources.mail.dialects.listing import Listing

QMAIL = Listing(
    "qmail",
    signature=r"this is the [\w.-]{2,40} program at|this is the machine generated message from|qmail-send program"
    r"|unable to deliver your message to the following address"
    r"|message from \s?[\w.-]{3,200}\.\s+unable to deliver message to the following address"
    r"|sorry, we were unable to deliver|wasn't able to deliver your message|we're sorry\.? there's a problem with",
    begin=r"following address(?:es|\(es\))?[^\n]{0,60}[.:]?\s*\n|unable to deliver your message to[^\n]{0,60}\n"
    r"|there's a problem with[^\n]{0,80}\n",
    end=r"\n-{3,} ?(?:below this line|original message|undelivered message|enclosed are|mensaje|le message)"
    r"|\n[ \t]*the original message is attached",
    boilerplate=r"I'?m\s+not\s+going\s+to\s+try\s+again;?\s*this\s+message\s+has\s+been\s+in\s+the\s+queue\s+too\s+long\.?"
    r"|Giving up on [0-9A-Za-z.:\[\]-]{3,80}\.?(?=\s|$)|Sorry\. Giving up\."
    r"|this is a permanent error; I've given up[^\n]*|sorry it didn't work out\.?",
)
