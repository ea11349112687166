"""Which host names say something? Names of blocklists and of providers' own services stay readable in templates."""

import re


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Domains of blocklists, filters and providers whose names appear in responses and tell the cause.
_NAMED = _names(
    """
    spamhaus.org spamhaus.net spamcop.net sorbs.net barracudacentral.org surbl.org uribl.com abusix.zone
    abusix.com abusix.org manitu.net invaluement.com mailspike.net mailspike.org uceprotect.net spamrats.com
    surriel.com junkemailfilter.com backscatterer.org rfc-ignorant.org rfc-clueless.org dnswl.org njabl.org
    cbl.abuseat.org abuseat.org spameatingmonkey.net truncate.gbudb.net gbudb.net nixspam.net nszones.com
    lashback.com unsubscore.com wpbl.info dsbl.org ordb.org mail-abuse.com mail-abuse.org trendmicro.com
    cloudmark.com proofpoint.com pphosted.com senderscore.org senderscore.com senderbase.org returnpath.net
    validity.com mimecast.com mimecast.org ironport.com cisco.com messagelabs.com symantec.com symanteccloud.com
    broadcom.com sophos.com mcafee.com barracuda.com barracudanetworks.com fireeye.com trellix.com
    hornetsecurity.com antispameurope.com expurgate.net eleven.de retarus.com vaderetro.com vadesecure.com
    mailchannels.net spamexperts.com openspf.org open-spf.org dmarc.org outlook.com office.com office365.com
    live.com hotmail.com msn.com microsoft.com google.com gmail.com googlemail.com yahoo.com yahoo.net
    yahoodns.net yahoo.co.jp aol.com att.net abuse-att.net verizon.net comcast.net comcast.com cox.net
    charter.net spectrum.net earthlink.net apple.com icloud.com me.com gmx.net gmx.de gmx.com web.de 1und1.de
    1and1.com ionos.com ionos.de t-online.de telekom.de freenet.de strato.de vodafone.de orange.fr wanadoo.fr
    free.fr laposte.net sfr.fr libero.it tiscali.it virgilio.it alice.it mail.ru yandex.ru yandex.net rambler.ru
    qq.com 163.com 126.com 139.com sina.com sohu.com aliyun.com naver.com daum.net docomo.ne.jp ezweb.ne.jp
    softbank.ne.jp au.com secureserver.net godaddy.com zoho.com fastmail.com proton.me protonmail.ch gandi.net
    ovh.net amazonses.com sendgrid.net mailgun.org sparkpostmail.com rackspace.com emailsrvr.com uol.com.br
    terra.com.br bol.com.br seznam.cz wp.pl onet.pl interia.pl o2.pl bluewin.ch swisscom.ch hushmail.com
    facebook.com
    """
)
_BLOCKLIST_LABEL = re.compile(
    r"[a-z0-9-]*(?:rbl|dnsbl|dnswl|blacklist|blocklist|blackhole)[a-z0-9-]*|zen|sbl|xbl|pbl|dbl"
)
_GENERIC_ENDS = _names(
    """
    com net org info biz edu gov mil int arpa local localdomain lan internal invalid example test home corp
    domain host io cloud app dev online shop site xyz email mail name pro aero asia coop jobs mobi museum tel
    travel cat agency blog club company digital berlin hamburg koeln bayern swiss wien london paris systems
    solutions services network group global media world today tech store space website live life news center
    zone
    """
)
_SERVICES = _names(
    """
    www mail mx smtp imap pop relay gateway protection prod eop outbound inbound support help postmaster feedback
    postmaster-errors sendersupport account community docs security dnsbl bl b cbl dul combined ix psbl hostkarma info
    lookup check query delist removal ipcheck ip multi black red rhsbl l in go technet knowledge service kundenservice
    """
)
"""Labels before a named domain that stand for a service of its owner."""
_HOST = re.compile(r"[\w.-]+", re.ASCII)


def is_host(text: str) -> bool:
    """Is it a host name, rather than words without a blank behind the full stop (``blocked.For``)?

    Takes a text with a dot in it that begins and ends, and has on both sides of each dot, a letter or a digit.
    """
    if not _HOST.fullmatch(text):
        return False
    end = text.rpartition(".")[2]
    if not (end.islower() or end.isupper()):
        return False
    end = end.lower()
    return end in _GENERIC_ENDS or end.startswith("xn--") or (len(end) == 2 and end.isalpha())


def shown_host(text: str) -> str:
    """What a template shows for a host: named ones without what tells customers and machines, else ``{host}``."""
    lowered = text.lower()
    # Whatever `_BLOCKLIST_LABEL` finds has one of these in it.
    if ("bl" in lowered or "zen" in lowered or "dnswl" in lowered) and any(
        map(_BLOCKLIST_LABEL.fullmatch, lowered.split(".")[:-1])
    ):
        return text
    ends = lowered.rsplit(".", 3)
    if f"{ends[-2]}.{ends[-1]}" in _NAMED:
        length = 2
    elif ".".join(ends[-3:]) in _NAMED:
        length = 3
    else:
        return "{host}"
    labels = text.split(".")
    front = labels[:-length]
    last = max((at for at, label in enumerate(front) if label.lower() not in _SERVICES), default=-1)
    return ".".join([*(["{host}"] if last >= 0 else []), *front[last + 1 :], *labels[-length:]])
