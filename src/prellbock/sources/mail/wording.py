"""The words of subjects and sentences by which answers and reports are known, by language.

Each entry is a regular expression without capitals; all are looked for without regard to case.
"""

import re

from prellbock.sources.mail.letters import caseless, in_lower_case

AUTOMATIC_ANSWER: dict[str, tuple[str, ...]] = {
    "en": (
        r"auto(?:matic|mated)?[ -]?(?:e-?mail )?(?:reply|respon\w*|answer)",
        r"auto ?: ",
        r"auto-?re ?:",
        r"out[ -]of[ -](?:the[ -])?office",
        r"vacation (?:reply|notice|message|response)",
    ),
    "de": (
        r"automatische (?:antwort|rückantwort|abwesenheit)",
        r"abwesenheits(?:notiz|nachricht|assistent|meldung|benachrichtigung|info)",
        r"auto-?antwort",
    ),
    "fr": (r"réponse automatique", r"message d.absence", r"absence du bureau", r"absent\(?e?\)? du bureau"),
    "es, ca, gl": (r"respuesta autom[aá]tica", r"fuera de (?:la )?oficina", r"resposta automàtica", r"autorespuesta"),
    "it": (r"risposta automatica", r"fuori (?:sede|ufficio)"),
    "nl": (r"automatisch antwoord", r"afwezigheidsbericht", r"automatische beantwoording"),
    "sv, no, da, fi, is": (
        r"autosvar",
        r"automatiskt? svar",
        r"frånvaromeddelande",
        r"fraværs(?:melding|besked)",
        r"automaattinen (?:poissaolo)?(?:vastaus|ilmoitus)",
        r"poissaoloilmoitus",
        r"sjálfvirkt svar",
    ),
    "pt": (r"resposta autom[aá]tica", r"fora do escrit[oó]rio"),
    "pl, cs, sk": (
        r"odpowiedź automatyczna",
        r"automatyczna odpowiedź",
        r"automatická odpov[ěe][ďd]",
        r"autoodpowiedź",
    ),
    "hu, ro, tr": (r"automatikus válasz", r"r[ăa]spuns automat", r"otomatik yan[ıi]t"),
    "hr, sr, sl": (r"automatski odgovor", r"samodejni odgovor", r"аутоматски одговор"),
    "et, lv, lt": (r"automaatvastus", r"automātiskā atbilde", r"automatinis atsakymas"),
    "ru, uk, bg, el": (
        r"автоответ",
        r"автоматический ответ",
        r"автоматична відповідь",
        r"автоматичен отговор",
        r"αυτόματη απάντηση",
    ),
    "ja, zh, ko": (
        r"自動返信",
        r"自動応答",
        r"不在通知",
        r"自动(?:回复|答复)",
        r"自動(?:回覆|回复|答覆)",
        r"자동 ?(?:회신|응답)",
        r"부재중",
    ),
    "eu, ga, af, be, hi": (
        *(r"erantzun automatikoa", r"freagra uathoibríoch", r"outomatiese antwoord"),
        *(r"аўтаматычны адказ", r"автовідповідь", r"स्वचालित उत्तर"),
    ),
    "th, vi, id": (r"(?:การ)?ตอบกลับอัตโนมัติ", r"(?:thư )?trả lời tự động", r"balasan otomatis"),
    "he, ar, fa": (r"(?:מענה|תשובה) אוטומטית?", r"(?:ال)?رد (?:ال)?تلقائي", r"پاسخ خودکار"),
}
"""Subjects that no person writes."""

AWAY: dict[str, tuple[str, ...]] = {
    "en": (
        r"ooo\b",
        r"(?:i(?:'m| am)? )?(?:out|away)\b",
        r"(?:on )?(?:annual |parental |maternity )?(?:vacation|holiday|leave)",
        r"on \w{0,12} ?leave",
    ),
    "de": (r"abwesen", r"außer haus", r"nicht im (?:büro|haus)", r"(?:im )?urlaub", r"elternzeit", r"mutterschutz"),
    "fr": (r"absence", r"absent", r"en (?:congés?|vacances)", r"congés"),
    "es, pt": (r"ausen[cç]ia", r"ausência", r"ausente", r"(?:de )?vacaciones", r"férias"),
    "it": (r"assen[zt]", r"(?:in )?ferie"),
    "nl": (r"afwezig", r"vakantie", r"niet aanwezig"),
    "sv, no, da, fi": (r"frånvaro", r"fravær", r"poissa", r"semester", r"ferie", r"lomalla"),
    "pl, cs, sk": (r"nieobecno", r"urlop", r"nepřítomn", r"mimo kancelář", r"neprítomn", r"dovolená"),
    "hu, ro, tr, el": (r"házon kívül", r"távol", r"concediu", r"ofis dışında", r"izindeyim", r"εκτός γραφείου"),
    "ru, uk, bg": (r"отсутств", r"відсутн", r"в отпуске", r"у відпустці", r"отсъств", r"извън офиса"),
    "ja, zh, ko": (r"不在", r"休暇", r"外出", r"休假", r"不在办公室", r"부재", r"휴가"),
    "he, ar": (r"מחוץ למשרד", r"خارج المكتب"),
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

PLEASE = r"(?:(?:please|pls|request(?: to)?|bitte|mich|me|svp|por favor)[ :]{1,3}){0,3}"
"""What may stand before the word in the subject of a request to be unsubscribed."""

UNSUBSCRIBE_TAIL = (
    r"(?:[ :,-]{1,3}(?:me|us|please|request|now|from|off|the|this|your|all|my|newsletters?|mailings?|lists?|e-?mails?"
    r"|updates?|news|confirm|bitte|mich|uns|sofort|vom|von|aus|der|dem|den|ihrem|ihrer|verteiler|liste|svp|moi|de|du|la"
    r"|le|des|lettre|merci|por favor|boletín|lista|dal|dalla|van|de nieuwsbrief|<?[^\s<>@]{1,64}@[^\s<>@]{1,100}>?"
    r"|[0-9a-f-]{6,64})){0,6}[.! ]{0,3}$"
)
"""What may follow it: words without weight, addresses and ids. A question or a sentence is a person's."""

CHALLENGE: tuple[str, ...] = (
    r"please confirm (?:your|that you|this) (?:message|e-?mail|are)",
    r"confirm your (?:e-?mail\b(?! addr)|message|identity)",
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
    r"suspect e-?mail",
    r"approved senders?",
    r"\b(?:on|to|onto) (?:my|our|the) (?:white ?list|allow ?list)\b",
    r"mailinblack",
    r"demande d.authentification",
    r"confirmation de votre message",
    r"pour que votre (?:message|courriel|e-?mail|mail) .{0,10}soit (?:remis|délivré|distribué)",
    r"cliqu(?:ez|ant) .{0,60}(?:authentifier|confirmer|valider)",
    r"(?:authentifier|confirmer|valider) .{0,20}cliqu(?:ez|ant)",
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
    "de": (r"unzustellbar", r"nicht zugestellt", r"zustell", r"fehlgeschlagen", r"nicht ausgeliefert"),
    "fr": (r"non remis", r"non distribu", r"échec", r"non délivr"),
    "es": (
        r"no (?:ha sido )?entregad",
        r"no se (?:ha podido|pudo|puede) (?:entregar|enviar)",
        r"devuelto",
        r"fallo en la entrega",
    ),
    "pt": (r"não entregue", r"falha na entrega", r"não (?:é|foi) possível entregar", r"devolvid"),
    "it": (r"mancat[oa] (?:recapito|consegna)", r"non (?:è )?(?:recapita|consegna)", r"impossibile recapitare"),
    "nl": (r"onbestelbaar", r"niet (?:bezorgd|afgeleverd)", r"kan niet worden bezorgd"),
    "sv": (r"olevererbart", r"går inte att leverera", r"kunde inte levereras"),
    "da, no, fi": (r"kan ikke leveres", r"kunne ikke leveres", r"toimittamat", r"ei voi(?:tu)? toimittaa"),
    "pl": (r"niedostarczon", r"nie (?:można|udało się) dostarczyć", r"zwrot wiadomości"),
    "cs, sk": (r"nedoručiteľn", r"nedoručiteln", r"nedoručen"),
    "hu, ro, tr, el": (r"kézbesíthet", r"nelivra", r"teslim edilemedi", r"iletilemedi", r"δεν παραδόθηκε", r"παράδοση"),
    "ru, uk, bg": (r"недоставлен", r"не (?:было )?доставлен", r"не може(?:т)? быть", r"недоставен", r"возвращен"),
    "ja, zh, ko": (
        r"エラー",
        r"配信",
        r"送信でき",
        r"届け",
        r"退信",
        r"無法傳送",
        r"未(?:能)?送[达達]",
        r"[无無]法(?:投递|投遞|傳遞|送达)",
        r"배달",
        r"반송",
    ),
    "he, ar": (r"לא ניתן למס", r"לא נמסר", r"تعذر (?:ال)?تسليم", r"غير قابل للتسليم"),
}

ABOUT_MAIL = (
    r"\bmails?\b|e-?mail|message|messag|deliver|recipient|nachricht|zustell|mensaje|correo|courri|bericht|mensag"
    r"|meddel|viesti|wiadomo|zpráv|üzenet|mesaj|письм|сообщен|повідомл|μήνυμα|メール|配信|送信|邮件|郵件|메일|הודעה|رسالة",
)
"""A report speaks of a message; an account or a comment can be rejected too."""

DIGEST = (
    r"(?:quarantin\w*|spam|junk)[ -]{0,3}(?:\w{1,20} )?(?:summary|digest|overview|report\b|bericht|zusammenfassung"
    r"|résumé|resumen|riepilogo|overzicht)",
    r"(?:summary|digest|overview|zusammenfassung) (?:of|der|für) .{0,30}(?:quarantin|spam)",
)
"""Subjects of lists of what a filter kept for its user."""

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
    "de": (
        r"unbekannt",
        r"nicht (?:bekannt|gefunden|erreichbar)",
        r"existiert nicht",
        r"ungültige?r? (?:adresse|empfänger)",
        r"kein(?:en?)? (?:solche[rsn]? )?(?:benutzer|empfänger|postfach)",
        r"(?:postfach|speicher)[^\n]{0,30} (?:voll|überfüllt)",
        r"(?:abgelehnt|abgewiesen|verweigert)",
    ),
    "fr": (
        r"inconnue?\b",
        r"n.est pas connue?\b",
        r"n.existe pas",
        r"introuvable",
        r"boîte .{0,30}pleine",
        r"(?:refusé|rejeté)e?\b",
    ),
    "es, it": (
        *(r"no existe", r"lleno", r"desconocid", r"rechazad"),
        *(r"sconosciuto", r"inesistente", r"piena", r"non (?:esiste|trovato)", r"rifiutat"),
    ),
    "nl, pt, pl": (r"onbekend", r"bestaat niet", r"desconhecid", r"não existe", r"nie istnieje", r"nieznany"),
    "ja": (r"不明", r"存在しません", r"一杯", r"満杯", r"送信できませんでした", r"お届けできませんでした"),
    "ru": (r"не существует", r"переполнен"),
}


class Words:
    """Words looked for without regard to case."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._pattern: re.Pattern[str] | None = None

    def patterns(self) -> tuple[re.Pattern[str]]:
        """All the words; compiled when first looked for."""
        if self._pattern is None:
            self._pattern = caseless(self._source)
        return (self._pattern,)

    def search(self, text: str) -> re.Match[str] | None:
        """The first of the words in a text; the match shows it in lower case, at its place."""
        pattern = self._pattern or self.patterns()[0]
        return pattern.search(in_lower_case(text))


def any_of(words: dict[str, tuple[str, ...]] | tuple[str, ...], before: str = "", after: str = "") -> Words:
    """All the words as one pattern, with what must stand before and after them."""
    every = [word for group in words.values() for word in group] if isinstance(words, dict) else words
    return Words(f"{before}(?:{'|'.join(every)}){after}")
