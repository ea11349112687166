"""Die Geschichte auf Deutsch (the story in German)."""

from datetime import UTC, datetime

from prellbock.history.languages.model import Language

_MONTHS = ("Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November",
           "Dezember")  # fmt: skip
_NUMBERS = ("null", "ein", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun", "zehn", "elf", "zwölf")
_THINGS = {
    "message": ("eine Nachricht", "Nachrichten"),
    "day": ("einem Tag", "Tagen"),
    "pause": ("einer Pause", "Pausen"),
}
"""One and many: messages in the accusative, days and pauses in the dative, as the sentences here ask for it."""
_MEANINGS = {
    "unknown_recipient": "es das Postfach nicht gibt",
    "inactive_recipient": "das Postfach abgeschaltet, gesperrt oder geschlossen ist",
    "recipient_moved": "der Empfänger umgezogen ist",
    "mailbox_full": "das Postfach voll ist",
    "recipient_refused": "der Filter des Empfängers diesen Absender ablehnt",
    "unknown_domain": "es die Domain nicht gibt oder sie keinen Mailserver nennt",
    "domain_refuses_mail": "die Domain keine Mail annimmt",
    "authentication_failed": "SPF, DKIM, DMARC oder ARC nicht stimmte",
    "reputation": "die Absender-IP oder -Domain gesperrt ist oder einen schlechten Ruf hat",
    "missing_ptr": "der Reverse-DNS-Eintrag oder das HELO nicht genügte",
    "sender_rejected": "der Absender abgelehnt wird",
    "relay_denied": "das Weiterleiten nicht erlaubt ist",
    "tls_required": "STARTTLS verlangt wurde oder scheiterte",
    "rate_limited": "zu viele Nachrichten, Verbindungen oder Empfänger kamen",
    "spam_content": "diese Nachricht für Spam oder Phishing gehalten wurde",
    "virus": "Schadsoftware gefunden wurde",
    "policy": "eine Richtlinie des Empfangsservers dagegen steht",
    "message_too_large": "die Nachricht zu groß war",
    "malformed_message": "die Nachricht die Regeln von RFC 5322 oder MIME verletzte",
    "greylisted": "der erste Versuch vorläufig abgewiesen wurde",
    "protocol_error": "es einen SMTP-Fehler gab",
    "network": "die Verbindung nicht zustande kam oder abbrach",
    "expired": "die Zustellung nach vielen Versuchen aufgegeben wurde",
    "system_error": "das empfangende System selbst gestört war",
    "system_full": "dem empfangenden System der Platz ausging",
    "suppressed": "sie auf der Sperrliste des Versanddienstes steht",
    "unclassified": "der Grund nicht zu erkennen war",
}


def _date(seconds: float) -> str:
    moment = datetime.fromtimestamp(seconds, UTC)
    return f"{moment.day}. {_MONTHS[moment.month - 1]} {moment.year}"


def _count(number: int, thing: str) -> str:
    one, many = _THINGS[thing]
    if number == 1:
        return one
    return f"{_NUMBERS[number] if number < len(_NUMBERS) else f'{number:,}'.replace(',', '.')} {many}"


def _share(share: float) -> str:
    return f"{share * 100:.0f} %" if share >= 0.1 else f"{share * 100:.1f} %".replace(".", ",")


GERMAN = Language(
    sentences={
        "unknown": "Über diese Adresse ist nichts bekannt, sie darf also angeschrieben werden.",
        "deliverable": "Gegen diese Adresse liegt nichts vor; sie darf angeschrieben werden.",
        "no_failures": "Fehlschläge liegen gegen diese Adresse nicht vor.",
        "watched": "Beobachtet seit dem {since}: {reason}. Sie wird weiter angeschrieben "
        "(Kategorie {category}, Regel {rule}).",
        "probe": "Die Pause ist vorbei: Eine Mail geht als Probe hinaus, und ihr Ergebnis entscheidet. "
        "Davor: {reason} (Kategorie {category}, Regel {rule}).",
        "ended": "Die Pause ist vorbei, und die Adresse wird wieder angeschrieben. "
        "Davor: {reason} (Kategorie {category}, Regel {rule}).",
        "paused": "Pausiert vom {since} bis zum {until}{after}: {reason}{between} "
        "(Kategorie {category}, Regel {rule}).",
        "suppressed": "Gesperrt seit dem {since}{after}: {reason}{between} (Kategorie {category}, Regel {rule}).",
        "after": ", nach {pauses} (seit dem {since}, bis zum {until})",
        "between": "; zugestellt wurde dazwischen nichts",
        "by-hand": "Gesperrt seit dem {since} durch {source} („{why}“). Das gilt, bis jemand die Adresse freigibt "
        "(Regel by-hand).",
        "imported": "Gesperrt seit dem {since}: Die Adresse steht auf der importierten Liste {source}{said} "
        "(Regel imported).",
        "imported_said": ", mit dem Grund „{text}“",
        "mirrored": "Gesperrt seit dem {since}: Die Sperrliste von {source} hat eine Nachricht aufgehalten "
        "(Regel mirrored).",
        "complained": "Hat sich am {since} über {scope} beschwert: keine {scope} mehr; wichtige Mails gehen weiter.",
        "unsubscribed": "Hat sich am {since} von {scope} abgemeldet: keine {scope} mehr; wichtige Mails gehen weiter.",
        "domain": "Die ganze Domain {domain} pausiert bis zum {until} (Kategorie {category}, Regel {rule}).",
        "waiting": "Der letzte Fehlschlag zählt erst, wenn klar ist, dass er in keine Störung des Providers fällt, "
        "binnen zwanzig Minuten; bis dahin ändert sich nichts.",
        "excused": "Ein Fehlschlag am {date} fällt in eine Störung des Providers und zählt nicht (Vorfall {incident}).",
        "excused_more": "{count} Fehlschläge, der letzte am {date}, fallen in eine Störung des Providers und zählen "
        "nicht (Vorfall {incident}).",
        "answered": "{who} antwortete „{text}“ auf {messages} an {days}",
        "failed": "keine Zustellung für {messages} an {days}, weil {meaning}",
        "last_delivery": "Zuletzt zugestellt wurde am {date}.",
        "no_delivery": "Eine Zustellung an diese Adresse ist nicht bekannt.",
        "last_engagement": "Zuletzt geöffnet oder geklickt wurde am {date}.",
        "act_suppress": "Am {date} hat {who} die Adresse gesperrt: {why}.",
        "act_release": "Am {date} hat {who} die Adresse freigegeben: {why}.",
        "act_release_scope": "Am {date} hat {who} die Adresse für {scope} freigegeben: {why}.",
        "act_note": "Am {date} hat {who} vermerkt: {why}.",
        "act_undo": "Am {date} hat {who} rückgängig gemacht, was entschieden war: {why}.",
        "act_redo": "Am {date} hat {who} das zurückgenommen: {why}.",
        "probe_granted": "Am {date} wurde eine Probe erlaubt{holder}.",
        "probe_holder": " (Kampagne {name})",
        "chance": "Nach einer Pause aus diesem Grund waren {share} der Adressen wieder erreichbar ({low} bis {high}, "
        "bei {cases} Fällen).",
        "to_release": 'Freigeben: prellbock release {address} --reason "..."',
        "to_release_domain": 'Die Domain freigeben: prellbock release @{domain} --reason "..."',
        "to_release_scope": "{wish} hebt eine neue Einwilligung des Empfängers auf (Ereignis consent), oder: "
        'prellbock release {address} --scope {scope} --reason "..."',
        "wish_complained": "Eine Beschwerde",
        "wish_unsubscribed": "Eine Abmeldung",
    },
    headings={
        "reported": "Was gemeldet wurde, das Neueste zuerst:",
        "decided": "Was entschieden wurde, das Neueste zuerst:",
        "more": "und {count} weitere: siehe --json",
        "by": "von {who}",
        "undone": "rückgängig gemacht",
        "suppress": "",
        "release": "Freigabe",
        "undo": "rückgängig",
        "redo": "wiederhergestellt",
    },
    statuses={
        "deliverable": "zustellbar",
        "watched": "beobachtet",
        "paused": "pausiert",
        "suppressed": "gesperrt",
        "complained": "Beschwerde",
        "unsubscribed": "abgemeldet",
    },
    date=_date,
    count=_count,
    share=_share,
    meaning=lambda category: _MEANINGS.get(category or "", "der Grund nicht bekannt ist"),
    scope=lambda scope: {"marketing": "Werbemails", "all": "Mails"}.get(scope, f"Mails der Art {scope}"),
)
