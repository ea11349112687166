"""Who runs the mailboxes of the simulated list? A German and European consumer mix, with a share of company domains."""

from typing import NamedTuple

from prellbock.simulate.replies import Reply, replies


class Host(NamedTuple):
    """One way of running mailboxes: its share of the list, its domains, its servers and what they say."""

    name: str
    provider: str
    """The name for ``--outage``, as in `prellbock.providers`; own servers of companies are ``company``."""
    weight: float
    """Share of the list in percent."""
    domains: tuple[str, ...]
    """Domains of a mailbox provider; empty: company domains, invented when the world is built."""
    mx: tuple[str, ...]
    """MX hosts; in those of company domains braces stand for the domain, with dashes instead of dots in ``dashed``."""
    accepted: str
    """The reply to a message that was taken; ``{b}`` is 10 hexadecimal digits, ``{sec}`` before it Unix seconds."""
    replies: tuple[Reply, ...]
    accepts_all: bool = False
    """Takes every recipient and reports unknown ones later by mail."""


_GMAIL_MX = ("gmail-smtp-in.l.google.com", "alt1.gmail-smtp-in.l.google.com", "alt2.gmail-smtp-in.l.google.com")
_ICLOUD_MX = ("mx01.mail.icloud.com", "mx02.mail.icloud.com")
_IONOS_MX = ("mx00.kundenserver.de", "mx01.kundenserver.de")
_OUTLOOK_OK = "250 2.6.0 [InternalId={b}] Queued mail for delivery"
_NEMESIS_OK = "250 Requested mail action okay, completed: id=1v{b}"

HOSTS: tuple[Host, ...] = (
    Host("gmail", "google", 25, ("gmail.com", "gmail.com", "gmail.com", "googlemail.com"), _GMAIL_MX,
         "250 2.0.0 OK  {sec} {b}si - gsmtp", replies("google")),
    Host("gmx", "gmx", 14.5, ("gmx.de", "gmx.de", "gmx.net", "gmx.at", "gmx.ch"),
         ("mx00.emig.gmx.net", "mx01.emig.gmx.net"), _NEMESIS_OK,
         replies("nemesis", brand="gmx.net", brand_short="gmx")),
    Host("web.de", "webde", 14, ("web.de",), ("mx-ha02.web.de", "mx-ha03.web.de"), _NEMESIS_OK,
         replies("nemesis", brand="web.de", brand_short="web")),
    Host("outlook", "microsoft", 9, ("hotmail.com", "outlook.de", "outlook.com", "hotmail.de", "live.de"),
         ("eur.olc.protection.outlook.com", "hotmail-com.olc.protection.outlook.com"), _OUTLOOK_OK, replies("outlook")),
    Host("t-online", "t-online", 9, ("t-online.de", "t-online.de", "magenta.de"),
         ("mx00.t-online.de", "mx01.t-online.de", "mx02.t-online.de", "mx03.t-online.de"),
         "250 2.0.0 {b} Message accepted for delivery", replies("t-online")),
    Host("yahoo", "yahoo", 5, ("yahoo.de", "yahoo.com", "aol.com", "ymail.com"),
         ("mx-eu.mail.am0.yahoodns.net", "mta5.am0.yahoodns.net"), "250 ok dirdel {b}", replies("yahoo")),
    Host("icloud", "apple", 4.5, ("icloud.com", "icloud.com", "me.com"), _ICLOUD_MX,
         "250 2.0.0 Ok: queued as {b}", replies("apple")),
    Host("freenet", "freenet", 2, ("freenet.de",), ("emig.freenet.de",), "250 OK id=1v{b}", replies("freenet")),
    Host("ionos", "ionos", 2, ("online.de", "onlinehome.de", "1und1.de"), _IONOS_MX, _NEMESIS_OK, replies("ionos")),
    Host("ionos-domain", "ionos", 2.5, (), _IONOS_MX, _NEMESIS_OK, replies("ionos")),
    Host("microsoft-365", "microsoft", 5, (), ("{dashed}.mail.protection.outlook.com",), _OUTLOOK_OK,
         replies("exchange-online")),
    Host("google-workspace", "google", 2, (), ("aspmx.l.google.com", "alt1.aspmx.l.google.com"),
         "250 2.0.0 OK  {sec} {b}si - gsmtp", replies("google")),
    Host("postfix", "company", 2.5, (), ("mail.{domain}", "mx1.{domain}"), "250 2.0.0 Ok: queued as {b}",
         replies("postfix", "blocklists", "bytecamp")),
    Host("exim", "company", 1.5, (), ("mx.{domain}",), "250 OK id=1v{b}", replies("exim", "strato")),
    Host("exchange", "company", 0.8, (), ("exchange.{domain}",), "250 2.6.0 <{b}@mail> Queued mail for delivery",
         replies("exchange"), accepts_all=True),
    Host("gateway", "company", 0.7, (), ("{dashed}.gateway.example", "{dashed}-2.gateway.example"),
         "250 SmtpThread-{b}@gateway.example Received OK", replies("gateway", "qmail")),
)  # fmt: skip

PROVIDERS: tuple[str, ...] = tuple(sorted({host.provider for host in HOSTS} - {"company"}))
"""Names that an outage can have."""

UNREACHABLE = replies("unreachable")
"""What the sending server notes when nobody answers."""

DEAD_DOMAIN = replies("dead-domain")
"""What the sending server notes when there is no such domain, or none that takes mail."""

EXPIRED = replies("expired-sparkpost", "expired-kumomta", "expired-postfix", "expired-exim")
"""What the sending server reports when it gives up; ``{last}`` is the last answer."""

WEIGHT_OF_CATEGORY: dict[str, float] = {
    "greylisted": 30,
    "rate_limited": 22,
    "reputation": 20,
    "network": 8,
    "spam_content": 12,
    "system_error": 8,
    "policy": 7,
    "authentication_failed": 4,
    "recipient_refused": 3,
    "message_too_large": 2,
    "missing_ptr": 2,
    "tls_required": 1.5,
    "relay_denied": 1,
    "sender_rejected": 1,
    "malformed_message": 1,
    "virus": 0.7,
    "protocol_error": 0.7,
    "system_full": 0.7,
}
"""How often mail to living recipients fails for this cause, relative to the others a server has texts for."""
