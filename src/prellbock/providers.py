"""Who runs the receiving server? The answer from the name of the MX host or, failing that, the recipient's domain."""

from functools import lru_cache

from prellbock.addresses import domain_of

# provider: suffixes of MX host names. A suffix matches whole labels: "google.com" matches "mx.google.com" only.
MX_SUFFIXES: dict[str, tuple[str, ...]] = {
    provider: tuple(names.split())
    for provider, names in {
        "google": "google.com googlemail.com psmtp.com",
        "microsoft": "outlook.com hotmail.com mx.microsoft office365.us",
        "yahoo": "yahoodns.net yahoo.com aol.com",
        "yahoo-japan": "yahoo.co.jp",
        "apple": "icloud.com mail.me.com apple.com",
        "gmx": "gmx.net gmx.de gmx.com mail.com",
        "webde": "web.de",
        "ionos": (
            "ionos.de ionos.com ionos.co.uk ionos.fr ionos.es ionos.it kundenserver.de 1und1.de 1and1.com "
            "1and1.fr 1and1.co.uk 1and1.es perfora.net schlund.de oneandone.com"
        ),
        "t-online": "t-online.de magenta.de telekom.de",
        "freenet": "freenet.de",
        "vodafone": (
            "vodafonemail.de vodafonemail.xion.oxcs.net vodafone.de arcor.de arcor-online.net kabelmail.de "
            "unitymedia.de kabelbw.de vodafone.it vodafone.es"
        ),
        "strato": "rzone.de strato.de strato-hosting.eu",
        "mailbox-org": "mailbox.org",
        "posteo": "posteo.de",
        "hetzner": "your-server.de",
        "all-inkl": "kasserver.com",
        "one-com": "one.com",
        "mittwald": "mittwald.de agenturserver.de",
        "domainfactory": "ispgateway.de df.eu",
        "hosteurope": "hosteurope.de webpack.hosteurope.de",
        "netcologne": "netcologne.de",
        "ewe": "ewetel.de ewe.de",
        "htp": "htp-tel.de",
        "o2-de": "o2mail.de alice-dsl.net",
        "comcast": "comcast.net",
        "att": "prodigy.net att.net bellsouth.net sbcglobal.net",
        "cox": "cox.net cxr.mx.a.cloudfilter.net",
        "spectrum": "charter.net rr.com twc.com brighthouse.com pkvw.co.charter.net",
        "centurylink": "centurylink.net embarqmail.com qwest.net",
        "earthlink": "earthlink.net mindspring.com",
        "frontier": "frontier.com frontiernet.net",
        "windstream": "windstream.net",
        "juno": "untd.com juno.com netzero.net",
        "optimum": "optonline.net optimum.net",
        "cloudfilter": "cloudfilter.net",
        "bell-canada": "bell.net sympatico.ca",
        "rogers": "rogers.com",
        "shaw": "shaw.ca",
        "telus": "telus.net telus.com",
        "videotron": "videotron.ca",
        "facebook": "facebook.com",
        "orange": "orange.fr wanadoo.fr",
        "free": "free.fr proxad.net",
        "laposte": "laposte.net",
        "sfr": "sfr.fr sfr.net neuf.fr",
        "bouygues": "bbox.fr bouyguestelecom.fr",
        "ovh": "ovh.net ovh.ca ovhcloud.com",
        "gandi": "gandi.net",
        "libero": "libero.it iol.it italiaonline.it",
        "tim": "tim.it alice.it telecomitalia.it",
        "tiscali": "tiscali.it",
        "aruba": "aruba.it technorail.com arubabusiness.it",
        "fastweb": "fastwebnet.it",
        "wp": "wp.pl o2.pl",
        "onet": "onet.pl onet.eu",
        "interia": "interia.pl",
        "home-pl": "home.pl",
        "nazwa": "nazwa.pl",
        "seznam": "seznam.cz",
        "centrum": "centrum.cz atlas.cz",
        "mail-ru": "mail.ru",
        "yandex": "yandex.ru yandex.net yandex.com",
        "rambler": "rambler.ru",
        "ukr-net": "ukr.net",
        "i-ua": "i.ua",
        "abv": "abv.bg",
        "inbox-lv": "inbox.lv",
        "freemail-hu": "freemail.hu",
        "citromail": "citromail.hu",
        "qq": "qq.com exmail.qq.com",
        "netease": "netease.com 163.com 126.com yeah.net",
        "aliyun": "aliyun.com mxhichina.com alibaba.com",
        "sina": "sina.com.cn sina.com sina.net",
        "sohu": "sohu.com",
        "coremail": "icoremail.net coremail.cn",
        "naver": "naver.com worksmobile.com",
        "daum": "hanmail.net daum.net kakao.com",
        "docomo": "docomo.ne.jp",
        "kddi": "ezweb.ne.jp au.com auone-net.jp",
        "softbank": "softbank.jp softbank.ne.jp vodafone.ne.jp",
        "nifty": "nifty.com",
        "biglobe": "biglobe.ne.jp",
        "ocn": "ocn.ad.jp ocn.ne.jp",
        "rediff": "rediffmail.com",
        "telenor": "telenor.net online.no",
        "telia": "telia.com",
        "ziggo": "ziggo.nl upcmail.net iss.as9143.net",
        "kpn": "kpnmail.nl kpn.com kpnxchange.com xs4all.nl planet.nl",
        "proximus": "proximus.be skynet.be belgacom.be",
        "telenet": "telenet.be telenet-ops.be",
        "bluewin": "bluewin.ch",
        "sunrise": "hispeed.ch sunrise.ch swissonline.ch",
        "infomaniak": "infomaniak.ch infomaniak.com",
        "a1": "a1.net aon.at",
        "upc-at": "chello.at",
        "bt": "bt.lon5.cpcloud.co.uk btinternet.com bt.com",
        "sky": "sky.com",
        "talktalk": "talktalk.net tiscali.co.uk",
        "virginmedia": "virginmedia.com ukmail.iss.as9143.net",
        "optusnet": "optusnet.com.au",
        "bigpond": "bigpond.com telstra.com",
        "uol": "uol.com.br",
        "bol": "bol.com.br",
        "terra": "terra.com terra.com.br terra.es",
        "locaweb": "locaweb.com.br email.locaweb.com.br",
        "telefonica": "telefonica.net movistar.es",
        "protonmail": "protonmail.ch proton.me",
        "fastmail": "messagingengine.com fastmail.com",
        "tutanota": "tutanota.de tuta.com",
        "zoho": "zoho.com zoho.eu zoho.in zohomail.com",
        "rackspace": "emailsrvr.com",
        "godaddy": "secureserver.net",
        "namecheap": "privateemail.com registrar-servers.com",
        "amazon": "amazonaws.com awsapps.com amazonses.com",
        "mxroute": "mxroute.com",
        "bluehost": "unifiedlayer.com bluehost.com",
        "titan": "titan.email",
        "hostinger": "hostinger.com",
        "siteground": "sgvps.net mailspamprotection.com",
        "dreamhost": "dreamhost.com",
        "proofpoint": "pphosted.com ppe-hosted.com ppops.net",
        "mimecast": "mimecast.com mimecast.co.za mimecast-offshore.com",
        "barracuda": "barracudanetworks.com",
        "cisco": "iphmx.com ces.cisco.com",
        "trendmicro": "trendmicro.com trendmicro.eu tmes.trendmicro.eu",
        "messagelabs": "messagelabs.com",
        "sophos": "sophos.com reflexion.net",
        "forcepoint": "mailcontrol.com forcepoint.com",
        "trellix": "fireeyecloud.com fireeyegov.com",
        "hornetsecurity": "hornetsecurity.com antispameurope.com",
        "retarus": "retarus.com",
        "nospamproxy": "nospamproxy.com cloud.nospamproxy.com",
        "spamexperts": "antispamcloud.com spamexperts.com",
        "zerospam": "zerospam.ca",
        "cloudflare": "mx.cloudflare.net",
        "mailprotect": "mailprotect.be",
        "vadesecure": "vadesecure.com vade.com",
        "spamtitan": "spamtitan.com",
        "appriver": "appriver.com",
        "securence": "securence.com",
    }.items()
}

# provider: domains of its free or personal mailboxes, where the MX host is not known.
MAILBOX_DOMAINS: dict[str, tuple[str, ...]] = {
    provider: tuple(names.split())
    for provider, names in {
        "google": "gmail.com googlemail.com",
        "microsoft": (
            "outlook.com outlook.de outlook.fr outlook.it outlook.es outlook.jp hotmail.com hotmail.de "
            "hotmail.fr hotmail.it hotmail.es hotmail.co.uk hotmail.co.jp live.com live.de live.fr live.it "
            "live.nl live.co.uk live.jp live.ca msn.com windowslive.com passport.com"
        ),
        "yahoo": (
            "yahoo.com yahoo.de yahoo.fr yahoo.it yahoo.es yahoo.co.uk yahoo.co.in yahoo.in yahoo.com.br "
            "yahoo.com.ar yahoo.com.mx yahoo.ca yahoo.com.au ymail.com rocketmail.com aol.com aol.de aol.co.uk "
            "aol.fr aim.com verizon.net netscape.net"
        ),
        "yahoo-japan": "yahoo.co.jp ymail.ne.jp",
        "apple": "icloud.com me.com mac.com",
        "gmx": (
            "gmx.de gmx.net gmx.at gmx.ch gmx.com gmx.fr gmx.es gmx.co.uk gmx.org gmx.info gmx.eu mail.com caramail.com"
        ),
        "webde": "web.de email.de",
        "ionos": "online.de onlinehome.de",
        "t-online": "t-online.de magenta.de",
        "freenet": "freenet.de",
        "vodafone": "vodafone.de vodafonemail.de arcor.de kabelmail.de unitybox.de",
        "mailbox-org": "mailbox.org",
        "posteo": "posteo.de posteo.net",
        "netcologne": "netcologne.de",
        "ewe": "ewetel.net ewe.net",
        "htp": "htp-tel.de",
        "o2-de": "o2online.de o2mail.de alice-dsl.net alice.de",
        "comcast": "comcast.net xfinity.com",
        "att": (
            "att.net sbcglobal.net bellsouth.net ameritech.net pacbell.net swbell.net flash.net prodigy.net "
            "snet.net nvbell.net wans.net currently.com worldnet.att.net"
        ),
        "cox": "cox.net",
        "spectrum": "charter.net spectrum.net rr.com roadrunner.com twc.com brighthouse.com",
        "centurylink": "centurylink.net embarqmail.com q.com centurytel.net",
        "earthlink": "earthlink.net mindspring.com peoplepc.com",
        "frontier": "frontier.com frontiernet.net",
        "windstream": "windstream.net",
        "juno": "juno.com netzero.net netzero.com",
        "optimum": "optonline.net optimum.net",
        "bell-canada": "bell.net sympatico.ca",
        "rogers": "rogers.com",
        "shaw": "shaw.ca",
        "telus": "telus.net",
        "videotron": "videotron.ca",
        "facebook": "facebook.com",
        "orange": "orange.fr wanadoo.fr voila.fr",
        "free": "free.fr aliceadsl.fr libertysurf.fr",
        "laposte": "laposte.net",
        "sfr": "sfr.fr neuf.fr cegetel.net club-internet.fr numericable.fr 9online.fr",
        "bouygues": "bbox.fr",
        "gandi": "gandi.net",
        "libero": "libero.it iol.it inwind.it blu.it giallo.it virgilio.it",
        "tim": "alice.it tim.it tin.it",
        "tiscali": "tiscali.it",
        "aruba": "aruba.it technet.it",
        "fastweb": "fastwebnet.it",
        "wp": "wp.pl o2.pl tlen.pl",
        "onet": "onet.pl onet.eu op.pl poczta.onet.pl vp.pl autograf.pl buziaczek.pl",
        "interia": "interia.pl interia.eu poczta.fm",
        "seznam": "seznam.cz email.cz post.cz",
        "centrum": "centrum.cz atlas.cz volny.cz",
        "mail-ru": "mail.ru bk.ru inbox.ru list.ru internet.ru",
        "yandex": "yandex.ru yandex.com ya.ru yandex.ua yandex.by yandex.kz",
        "rambler": "rambler.ru lenta.ru autorambler.ru myrambler.ru ro.ru",
        "ukr-net": "ukr.net",
        "i-ua": "i.ua",
        "abv": "abv.bg",
        "inbox-lv": "inbox.lv",
        "freemail-hu": "freemail.hu",
        "citromail": "citromail.hu",
        "qq": "qq.com foxmail.com vip.qq.com",
        "netease": "163.com 126.com yeah.net 188.com vip.163.com",
        "aliyun": "aliyun.com",
        "sina": "sina.com sina.cn",
        "sohu": "sohu.com",
        "naver": "naver.com",
        "daum": "hanmail.net daum.net kakao.com",
        "docomo": "docomo.ne.jp",
        "kddi": "ezweb.ne.jp au.com auone.jp ne.auone-net.jp",
        "softbank": "softbank.ne.jp i.softbank.jp",
        "nifty": "nifty.com",
        "biglobe": "biglobe.ne.jp",
        "ocn": "ocn.ne.jp",
        "rediff": "rediffmail.com",
        "telenor": "online.no",
        "telia": "telia.com",
        "ziggo": "ziggo.nl upcmail.nl home.nl casema.nl chello.nl",
        "kpn": "kpnmail.nl kpnplanet.nl planet.nl hetnet.nl xs4all.nl",
        "proximus": "skynet.be proximus.be belgacom.net",
        "telenet": "telenet.be pandora.be",
        "bluewin": "bluewin.ch bluemail.ch",
        "sunrise": "hispeed.ch sunrise.ch swissonline.ch",
        "infomaniak": "ik.me",
        "a1": "aon.at a1.net",
        "upc-at": "chello.at",
        "bt": "btinternet.com btopenworld.com talk21.com",
        "sky": "sky.com",
        "talktalk": "talktalk.net tiscali.co.uk lineone.net",
        "virginmedia": "virginmedia.com ntlworld.com blueyonder.co.uk virgin.net",
        "optusnet": "optusnet.com.au",
        "bigpond": "bigpond.com bigpond.net.au telstra.com",
        "uol": "uol.com.br",
        "bol": "bol.com.br",
        "terra": "terra.com.br terra.com terra.es",
        "telefonica": "telefonica.net",
        "protonmail": "protonmail.com protonmail.ch proton.me pm.me",
        "fastmail": "fastmail.com fastmail.fm",
        "tutanota": "tutanota.com tutanota.de tuta.com tuta.io",
        "zoho": "zoho.com zohomail.com zohomail.eu",
    }.items()
}

_BY_SUFFIX = {suffix: provider for provider, suffixes in MX_SUFFIXES.items() for suffix in suffixes}
_BY_DOMAIN = {domain: provider for provider, domains in MAILBOX_DOMAINS.items() for domain in domains}

PROVIDERS = tuple(sorted(MX_SUFFIXES.keys() | MAILBOX_DOMAINS.keys()))
"""Every provider that can be told."""


@lru_cache(maxsize=65536)
def provider_of_mx(mx: str) -> str | None:
    """The provider that runs an MX host such as ``gmail-smtp-in.l.google.com``; None if not in the table."""
    name = mx.strip().lower().rstrip(".")
    while name:
        if found := _BY_SUFFIX.get(name):
            return found
        name = name.partition(".")[2]
    return None


def provider_of_domain(domain: str) -> str | None:
    """The provider of a mailbox domain such as ``gmail.com``; None if not in the table."""
    return _BY_DOMAIN.get(domain)


def provider_of(mx: str | None, recipient: str | None) -> str | None:
    """The provider that answered: by MX host first, else by the recipient's domain (canonical address)."""
    if mx and (found := provider_of_mx(mx)):
        return found
    return provider_of_domain(domain_of(recipient)) if recipient else None
