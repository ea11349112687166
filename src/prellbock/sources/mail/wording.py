"""The words of subjects and sentences by which answers and reports are known, by language.

Each entry is a regular expression without capitals; all are looked for without regard to case.
"""

import re

from prellbock.sources.mail.letters import caseless
from prellbock.sources.mail.once import once

AUTOMATIC_ANSWER: dict[str, tuple[str, ...]] = {
    "en": (
        r"auto(?:matic|mated)?[ -]?(?:reply|respon\w*|answer)",
        r"auto ?: ",
        r"auto-?re ?:",
        r"out[ -]of[ -](?:the[ -])?office",
        r"vacation (?:reply|notice|message|response)",
    ),
    "de": (r"automatische antwort", r"abwesenheits(?:notiz|nachricht|assistent|meldung)", r"auto-?antwort"),
    "fr": (r"réponse automatique", r"message d'absence", r"absence du bureau"),
    "es": (r"respuesta autom[aá]tica", r"fuera de (?:la )?oficina"),
    "it": (r"risposta automatica", r"fuori (?:sede|ufficio)"),
    "nl": (r"automatisch antwoord", r"afwezigheidsbericht"),
    "sv, no, da, fi": (
        r"autosvar",
        r"automatiskt? svar",
        r"frånvaromeddelande",
        r"fraværs(?:melding|besked)",
        r"automaattinen vastaus",
    ),
    "pt": (r"resposta autom[aá]tica",),
    "pl, cs": (r"odpowiedź automatyczna", r"automatyczna odpowiedź", r"automatická odpověď"),
    "ru, uk": (r"автоответ", r"автоматический ответ", r"автоматична відповідь"),
    "ja, zh, ko": (r"自動返信", r"自動応答", r"不在通知", r"自动回复", r"自動回覆", r"자동 회신", r"부재중"),
}
"""Subjects that no person writes."""

AWAY: dict[str, tuple[str, ...]] = {
    "en": (r"ooo\b", r"(?:i(?:'m| am)? )?(?:out|away)\b", r"(?:on )?(?:vacation|holiday)", r"on \w{0,12} ?leave"),
    "de": (r"abwesen", r"außer haus", r"nicht im (?:büro|haus)", r"(?:im )?urlaub"),
    "fr": (r"absence", r"absent"),
    "es, pt": (r"ausencia", r"ausente"),
    "it": (r"assenza",),
    "nl": (r"afwezig",),
    "sv, no, da, fi": (r"frånvaro", r"fravær", r"poissa"),
    "pl, ru": (r"nieobecno", r"отсутств"),
    "ja": (r"不在",),
}
"""Subjects of answering machines and of people: they count only beside another sign."""

UNSUBSCRIBE: dict[str, tuple[str, ...]] = {
    "en": (r"(?:list-)?un-?subscribe", r"opt[- ]?out", r"remove me"),
    "de": (r"abmelden", r"abmeldung", r"abbestell\w+", r"newsletter abmelden"),
    "fr": (r"désinscri\w*", r"désabonn\w*"),
    "es, pt": (r"cancelar (?:la )?suscripci[oó]n", r"baja", r"darse de baja", r"cancelar inscri[cç][aã]o"),
    "it": (r"disiscri\w*", r"cancella iscrizione"),
    "nl": (r"uitschrijven", r"afmelden"),
    "sv, no, da, fi": (r"avregistrera", r"afmeld", r"peruuta tilaus"),
    "pl, cs": (r"wypisz", r"odhlásit"),
    "ru": (r"отписаться", r"отписка"),
    "ja, zh": (r"購読解除", r"配信停止", r"退订"),
}

CHALLENGE: tuple[str, ...] = (
    r"please confirm (?:your|that you|this) (?:message|e-?mail|are)",
    r"confirm your (?:e-?mail|message|identity)",
    r"verify (?:your|you are)",
    r"click (?:on )?(?:the|this) (?:link|url) (?:below )?to (?:confirm|verify|deliver|prove|release)",
    r"spam ?arrest",
    r"boxbe",
    r"\btmda\b",
    r"sender (?:address )?(?:verification|authentication)",
    r"prove (?:that )?you are (?:a )?human",
    r"requires? (?:your )?confirmation",
    r"(?:this|your) message (?:is being held|will be held) .{0,60}(?:confirm|verif)",
    r"whitelist(?:ing)? request",
    r"anti-?spam.{0,40}confirm",
    r"bestätigen sie .{0,60}(?:absender|nachricht|e-mail)",
    r"spamschutz.{0,60}bestätig",
)

REPORT_SUBJECT: dict[str, tuple[str, ...]] = {
    "en": (
        r"undeliver",
        r"non[- ]?deliver",
        r"not (?:be )?(?:deliver|sent)",
        r"delivery (?:status|fail|error|report|notification|problem|delay)",
        r"(?:mail|message|e-mail) (?:delivery|failure|failed|could not|not delivered|rejected|error|status"
        r"|system error)",
        r"return(?:ed|ing) (?:e?-?mail|message|to sender)",
        r"fail(?:ed|ure) (?:notice|delivery|mail|message)",
        r"(?:could not|cannot|can't|unable to) (?:be )?(?:send|sent|deliver)",
        r"delayed mail",
        r"mail delayed",
        r"warning:",
        r"(?:permanent|temporary) (?:delivery )?(?:failure|error)",
        r"error sending",
        r"notify: ",
        r"bounced? (?:mail|message)",
        r"rejected",
        r"not (?:a )?member",
        r"blocked",
        r"spam",
        r"virus",
        r"quarantin",
    ),
    "de": (r"unzustellbar", r"nicht zugestellt", r"zustell", r"fehlgeschlagen"),
    "fr": (r"non remis", r"non distribu", r"échec"),
    "es, pt": (r"no entregad", r"no se ha podido", r"não entregue", r"falha na entrega"),
    "it": (r"mancato recapito", r"mancata consegna"),
    "nl": (r"onbestelbaar", r"niet bezorgd"),
    "sv, no, da, fi": (r"olevererbart", r"kan ikke leveres", r"toimittamat"),
    "pl, ru": (r"niedostarczon", r"не доставлен", r"недоставлен", r"не может быть"),
    "ja, zh": (r"エラー", r"配信", r"送信でき", r"退信", r"無法傳送"),
}

FAILURE: dict[str, tuple[str, ...]] = {
    "en": (
        r"user unknown",
        r"unknown (?:user|host|domain|recipient|address|mailbox)",
        r"no such (?:user|mailbox|recipient|address)",
        r"mailbox (?:is )?(?:full|unavailable|not found)",
        r"mailbox (?:has )?exceed",
        r"over ?quota",
        r"quota exceed",
        r"exceeded (?:the )?(?:storage|quota|limit)",
        r"does not exist",
        r"(?:host|domain|user|recipient|address|mailbox|account) (?:is |was )?"
        r"(?:unknown|not found|invalid|disabled|inactive|rejected|refused)",
        r"(?:could|can) ?not be (?:delivered|found|resolved)",
        r"connection (?:refused|timed out|reset)",
        r"timed? ?out",
        r"unable to (?:deliver|connect|relay|resolve)",
        r"relay(?:ing)? denied",
        r"access denied",
        r"message (?:is )?too (?:large|big)",
        r"(?:undeliverable|rejected|refused|blocked) (?:to|by|because|due|for)",
        r"too many hops",
        r"mail loop",
        r"expired",
        r"invalid (?:recipient|address|user|mailbox)",
        r"not (?:a )?member",
        r"permission to post",
        r"spam",
        r"virus",
    ),
    "de": (r"unbekannt", r"existiert nicht", r"postfach ist voll"),
    "fr": (r"inconnu", r"n'existe pas", r"boîte .{0,30}pleine"),
    "es, it": (r"no existe", r"lleno", r"sconosciuto", r"inesistente", r"piena"),
    "ja": (r"不明", r"存在しません", r"一杯", r"満杯", r"送信できませんでした", r"お届けできませんでした"),
    "ru": (r"не существует", r"переполнен"),
}


class Words:
    """Words looked for without regard to case."""

    def __init__(self, source: str) -> None:
        self._source = source

    @once
    def pattern(self) -> re.Pattern[str]:
        """All the words; compiled when first looked for."""
        return caseless(self._source)

    def search(self, text: str) -> re.Match[str] | None:
        """The first of the words in a text; the match shows it in lower case."""
        return self.pattern.search(text.lower())


def any_of(words: dict[str, tuple[str, ...]] | tuple[str, ...], before: str = "", after: str = "") -> Words:
    """All the words as one pattern, with what must stand before and after them."""
    every = [word for group in words.values() for word in group] if isinstance(words, dict) else words
    return Words(f"{before}(?:{'|'.join(every)}){after}")
