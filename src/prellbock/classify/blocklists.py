"""Which blocklist does a reply name, and where can its entry be looked up?"""

import re

from prellbock.classify.named_hosts import is_host

# Domain of the list: the page on which an entry can be looked up or removed.
PAGES: dict[str, str] = {
    "spamhaus.org": "https://check.spamhaus.org/",
    "spamhaus.net": "https://check.spamhaus.org/",
    "spamcop.net": "https://www.spamcop.net/bl.shtml",
    "barracudacentral.org": "https://www.barracudacentral.org/lookups",
    "sorbs.net": "http://www.sorbs.net/",
    "surbl.org": "https://surbl.org/surbl-analysis",
    "uribl.com": "https://lookup.uribl.com/",
    "abusix.zone": "https://lookup.abusix.com/",
    "abusix.com": "https://lookup.abusix.com/",
    "manitu.net": "http://www.dnsbl.manitu.net/",
    "invaluement.com": "https://www.invaluement.com/lookup/",
    "mailspike.net": "https://www.mailspike.org/iplookup.html",
    "mailspike.org": "https://www.mailspike.org/iplookup.html",
    "uceprotect.net": "https://www.uceprotect.net/en/rblcheck.php",
    "spamrats.com": "https://www.spamrats.com/lookup.php",
    "surriel.com": "https://psbl.org/",
    "psbl.org": "https://psbl.org/",
    "junkemailfilter.com": "https://wiki.junkemailfilter.com/index.php/Spam_DNS_Lists",
    "backscatterer.org": "https://www.backscatterer.org/",
    "abuseat.org": "https://check.spamhaus.org/",
    "spameatingmonkey.net": "https://spameatingmonkey.com/lookup",
    "gbudb.net": "http://www.gbudb.com/truncate/",
    "lashback.com": "https://blacklist.lashback.com/",
    "unsubscore.com": "https://blacklist.lashback.com/",
    "wpbl.info": "http://www.wpbl.info/",
    "senderscore.org": "https://senderscore.org/",
    "senderscore.com": "https://senderscore.org/",
    "cloudmark.com": "https://csi.cloudmark.com/en/reset/",
    "proofpoint.com": "https://ipcheck.proofpoint.com/",
    "dnswl.org": "https://www.dnswl.org/",
    "0spam.org": "https://0spam.org/",
    "blocklist.de": "https://www.blocklist.de/en/delist.html",
    "nixspam.net": "http://www.dnsbl.manitu.net/",
}
_HOST = re.compile(r"(?<![\w@.-])(?:[a-z0-9-]{1,63}\.){1,6}[a-z]{2,18}(?![\w@-])", re.IGNORECASE)
_USING = re.compile(
    r"\b(?:blocked (?:by|using|with)|listed (?:in|at|on|by)|black ?listed (?:in|at|on|by|using)|using|rbl|dnsbl|"
    r"found in|gelistet (?:in|bei|auf))[ :]+(?:the )?[\"'\[(]?((?:[a-z0-9-]{1,63}\.){1,6}[a-z]{2,18})(?![\w@-])",
    re.IGNORECASE,
)
_WORDS = re.compile(
    r"\b(spamhaus|spamcop|surbl|uribl|sorbs|abusix|uceprotect|invaluement|mailspike|spamrats|senderscore|"
    r"backscatterer|barracuda reputation|cloudmark|proofpoint|trend ?micro rbl|vade (?:secure|threat list))\b",
    re.IGNORECASE,
)
_LIST_OF_WORD = {
    "spamhaus": "spamhaus.org",
    "spamcop": "spamcop.net",
    "surbl": "surbl.org",
    "uribl": "uribl.com",
    "sorbs": "sorbs.net",
    "abusix": "abusix.com",
    "uceprotect": "uceprotect.net",
    "spamrats": "spamrats.com",
    "invaluement": "invaluement.com",
    "mailspike": "mailspike.org",
    "senderscore": "senderscore.org",
    "backscatterer": "backscatterer.org",
    "barracuda reputation": "barracudacentral.org",
    "cloudmark": "cloudmark.com",
    "proofpoint": "proofpoint.com",
}
_WEB = re.compile(r"^(?:www|check|lookup|query|csi|ipcheck|wiki)\.")


def blocklist_of(text: str) -> str | None:
    """The zone that is named (``zen.spamhaus.org``), else the list's domain; None where no list is named."""
    hosts = [found[0].lower() for found in _HOST.finditer(text)]
    known = [host for host in hosts if _domain(host) in PAGES]
    for host in known:
        if not _WEB.match(host) and host != _domain(host):
            return host
    if using := _USING.search(text):
        host = using[1].lower()
        if host in hosts and is_host(host):
            return _WEB.sub("", host)
    if known:
        return _domain(known[0])
    if named := _WORDS.search(text):
        return _LIST_OF_WORD.get(named[1].lower(), named[1])
    return None


def page_of(blocklist: str) -> str | None:
    """Where an entry of that list can be looked up."""
    return PAGES.get(_domain(blocklist.lower()))


def _domain(host: str) -> str:
    return ".".join(host.split(".")[-2:])
