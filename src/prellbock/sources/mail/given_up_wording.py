"""The words by which answering machines say that an address is given up, and the words that say they do not mean that.

Each entry is a regular expression without capitals, by language; all are looked for without regard to case.
"""

_ADDRESS = r"(?:e-?mail ?|mail ?)?(?:address|account|mailbox|inbox)"

ADDRESS_GONE: dict[str, tuple[str, ...]] = {
    "en": (
        rf"{_ADDRESS}(?: \S{{1,100}})? (?:is|has been|was) (?:no longer|not)"
        r" (?:in use|used|valid|active|available|in service)",
        rf"{_ADDRESS}(?: \S{{1,100}})? (?:has been|was|is)"
        r" (?:closed|deactivated|discontinued|retired|decommissioned|shut down)",
        rf"no longer us(?:e|ing) this {_ADDRESS}",
        rf"\bmy {_ADDRESS} will be (?:closed|deactivated|deleted|discontinued|shut down)",
    ),
    "de": (
        r"(?:adresse|postfach|konto)[^.\n]{0,80} (?:nicht mehr|nicht länger) (?:gültig|aktiv|in gebrauch|verwendet"
        r"|genutzt|erreichbar|benutzt|gelesen|abgerufen)",
        r"(?:adresse|postfach|konto) (?:wurde|ist) (?:deaktiviert|abgeschaltet|stillgelegt|gelöscht|geschlossen)",
        r"(?:adresse|postfach|konto)[^.\n]{0,40} existiert (?:nicht mehr|nicht länger)",
    ),
    "fr": (
        r"(?:adresse|messagerie|boîte|compte)[^.\n]{0,80} n.est plus (?:utilisée?|valide|active?|en service"
        r"|consultée?)",
        r"(?:adresse|boîte|compte)[^.\n]{0,40} n.existe plus",
    ),
    "es": (
        r"(?:dirección|cuenta|correo|buzón)[^.\n]{0,80} ya no (?:está (?:en uso|activ|operativ)|es válid"
        r"|se (?:usa|utiliza)|existe)",
    ),
    "it": (
        r"(?:indirizzo|casella|account)[^.\n]{0,80} non è più (?:attiv|valid|in uso|utilizzat)",
        r"(?:indirizzo|casella|account)[^.\n]{0,40} non esiste più",
    ),
    "nl": (
        r"(?:adres|mailbox)[^.\n]{0,80} niet (?:meer|langer) (?:in gebruik|actief|geldig)",
        r"(?:adres|mailbox)[^.\n]{0,40} bestaat niet meer",
    ),
    "pt": (
        r"(?:endereço|conta|e-?mail)[^.\n]{0,80} (?:já não (?:está|é)|não (?:está|é) mais)"
        r" (?:em uso|ativ|válid|utilizad)",
    ),
    "pl, cs": (
        r"adres[^.\n]{0,80} nie jest już (?:używany|aktywny|aktualny)",
        r"adresa[^.\n]{0,80} již není (?:používána|aktivní|platná)",
    ),
    "sv, da, no, fi": (
        r"adress[^.\n]{0,80} (?:används inte längre|är inte längre (?:aktiv|i bruk))",
        r"er ikke (?:længere|lenger) (?:i brug|i bruk|aktiv)",
        r"(?:ei ole enää|ei enää ole) käytössä",
    ),
    "ru, uk": (
        r"адрес[^.\n]{0,80} больше не (?:используется|действует|работает)",
        r"адреса[^.\n]{0,80} більше не (?:використовується|діє)",
    ),
    "tr, hu": (r"artık kullanılm(?:ı|a)", r"már nem (?:használ|aktív)"),
    "ja, zh, ko": (
        r"(?:アドレス|メール)[^。\n]{0,60}(?:使われておりません|使用しておりません|使用できません|廃止)",
        r"(?:邮箱|地址|郵箱)[^。\n]{0,40}(?:已停用|不再使用|已停止使用)",
        r"더 이상 사용",
    ),
}
"""Nobody reads mail at this address any more. ``not monitored`` is not among the words."""

ADDRESS_CHANGED: dict[str, tuple[str, ...]] = {
    "en": (rf"{_ADDRESS} has (?:been )?changed",),
    "de": (r"(?:adresse|mail) hat sich geändert", r"(?:adresse|postfach) (?:wurde|ist) geändert"),
    "fr": (r"adresse[^.\n]{0,60} a changé",),
    "ja, zh": (
        r"(?:アドレス|メール)[^。\n]{0,60}(?:変更になりました|変更いたしました|変更しました)",
        r"(?:邮箱|地址|郵箱)[^。\n]{0,40}已更改",
    ),
}
"""The person reads mail elsewhere."""

PERSON_GONE: dict[str, tuple[str, ...]] = {
    "en": (
        r"(?:is |am )?no longer (?:employed|works?|working|with) (?:at|for|with|by|in|here|us|the company)",
        r"(?:has|have|'ve) left (?:the|our) (?:company|organi[sz]ation|firm|university)",
        r"(?:has|have|'ve) left (?:[\w&-]{1,40} ){1,4}(?:inc|ltd|llc|corp|plc|gmbh|group)\b",
    ),
    "de": (
        r"(?:nicht mehr|nicht länger) (?:im unternehmen|bei uns|in unserem (?:haus|unternehmen)|für .{1,60} tätig)",
        r"(?:unternehmen|firma|haus|verein) (?:verlassen|ausgeschieden)",
    ),
    "fr": (r"ne (?:travaille|fait) plus (?:partie|chez|dans|pour)", r"a quitté (?:la société|l.entreprise|notre)"),
    "es": (r"ya no (?:trabaja|forma parte)", r"ha (?:dejado|abandonado) la (?:empresa|compañía)"),
    "it": (r"non lavora più", r"ha lasciato l.azienda"),
    "nl": (r"niet (?:meer|langer) werkzaam",),
    "pt": (r"não trabalha mais|já não trabalha",),
    "pl, cs": (r"(?:już nie|nie) pracuje(?: już)?", r"již (?:zde )?nepracuje"),
    "sv, da, no, fi": (
        r"(?:har|er) (?:slutat|sluttet|fratrådt|stoppet)",
        r"er ikke (?:længere|lenger) ansat",
        r"(?:ei ole enää|ei enää ole) töissä",
    ),
    "ru": (r"больше не работает в",),
    "tr, hu": (r"artık çalışm", r"már nem dolgozik"),
    "ja, zh, ko": (r"退職(?:いた)?(?:し|と)", r"已(?:经)?离职|已離職", r"더 이상 재직", r"퇴사"),
}
"""Somebody works here no more; whether that is the owner of the address, the sentence and the mail around it tell."""

STILL_THERE: dict[str, tuple[str, ...]] = {
    "en": (
        r"\bback (?:on|in|at|from|by|to work|here|mon|tue|wed|thu|fri|sat|sun|next|tomorrow|\d)",
        r"\b(?:i|we)(?:'m| am|'ll be| will be|'re| are)(?: \w{1,12})? (?:away|out|back|in the office|on \w{0,12} ?leave"
        r"|on (?:\w{1,12} )?(?:holiday|vacation))\b",
        r"\bi (?:will |shall |'ll )?(?:return|answer|reply)\b",
        r"\breturning (?:on|in|from|mon|tue|wed|thu|fri|next|\d)",
        r"\b(?:reach|contact|find|write to|e-?mail) (?:me|us) (?:here|as (?:before|usual)|under this|at this|from)\b",
        r"\bstill (?:reach|contact|find) me\b",
        r"\bwe (?:will )?(?:answer|reply|respond)\b",
    ),
    "de": (
        r"\b(?:bin|sind) (?:ich |wir )?(?:\S{1,20} ){0,4}(?:zurück|im (?:büro|haus|urlaub)|da|erreichbar|abwesend)\b",
        r"\bwieder (?:zurück|da|im|erreichbar|für sie)\b",
        r"\b(?:erreichen|finden) sie (?:mich|uns) (?:weiter|nach wie vor|wieder|hier)",
        r"\bim urlaub\b|\belternzeit\b|\bmutterschutz\b",
    ),
    "fr": (r"\bde retour\b", r"\bje (?:suis|serai) (?:absent|en congés?|en vacances)", r"\bcongé (?:de )?maternité"),
    "es": (r"\b(?:estaré de vuelta|volveré|regresaré|vuelvo|regreso|estoy (?:de vacaciones|fuera|ausente))\b",),
    "it": (r"\b(?:tornerò|rientrerò|rientro|torno|sono (?:assente|in ferie|fuori))\b",),
    "nl": (r"\b(?:weer aanwezig|weer terug|ben ik (?:weer|terug)|terug op|met vakantie)\b",),
    "pt": (r"\b(?:voltarei|regressarei|volto|estou (?:de férias|ausente|fora))\b",),
    "pl, cs": (r"\b(?:wracam|wrócę|jestem na urlopie|vrátím se|budu zpět)\b",),
    "sv, da, no, fi": (r"\b(?:tillbaka|tilbake|tilbage|på semester|på ferie|lomalla|palaan)\b",),
    "ru, uk": (r"\b(?:вернусь|я вернусь|в отпуске|повернусь|у відпустці)\b",),
    "tr, hu": (r"\b(?:döneceğim|izindeyim|visszatérek)\b",),
    "ja, zh, ko": (r"出社(?:いた)?し?ます|復帰", r"我将于|返回办公室", r"복귀"),
}
"""Words, anywhere in the answer, of somebody who will read his mail again."""

FOR_A_TIME = (
    r"\buntil\b|\btill\b|\b(?:mon|tues|wednes|thurs|fri|satur|sun)days?\b|\bbis (?:zum|ende|\d)|\bjusqu|\bhasta\b"
    r"|\bfino a|\btot\b|\b(?:montag|dienstag|mittwoch|donnerstag|freitag)s?\b|\bleave\b|\bholiday\b|\bvacation\b"
    r"|\bmaternity\b|\bdepartment\b|\babteilung\b",
)
"""Words that make a departure one for a time, for a day of the week, or from one desk to another."""

CONDITION = (
    r"\b(?:if|whether|in case|should|unless|falls|wenn|ob|sollten?|sofern|s[ie](?! (?:informa|comunica|avisa))|caso"
    r"|als|indien|jeśli|jeżeli|pokud|om|hvis|dersom|jos|если|якщо|eğer|ha)\b[^,;:]{0,100}$",
)
"""At the end of what stands before the words: these are not told but supposed."""

OTHER_THING = (
    r"\bweb|\binternet|homepage|website|\burl\b|street|stra(?:ß|ss)e\b|\bpost(?:al|anschrift|adresse)|\bbank|\biban\b"
    r"|bancaire|bancari|\bfax|telefax|lieferadresse|rechnungsadresse|\bbilling|\bshipping|\boffice address|\brue\b"
    r"|\bcalle\b|\bip[ -]?ad|paypal|twitter|facebook",
)
"""Addresses and accounts that are not for mail."""

OF_THE_READER = (
    r"\b(?:your|ihre?|deine?|votre|tu|su|vostr[oa]|tuo|uw|jouw|twój|din|ditt|ваш)(?: (?:e-?mail|mail))?[ -]?$",
)
"""Directly before the words: the address of whom the answer is for."""

FIRST_PERSON = (
    r"\b(?:i|i'm|i'll|me|my|ich|mich|mir|meine?[mnrs]?|je|j'ai|moi|mon|yo|mi|io|mio|ik|mijn|eu|meu|jag|jeg|mig|meg"
    r"|minä|ja|moje|я|мне|мой|меня)\b",
)
"""Somebody speaks for himself."""

BY_ONESELF = (
    r"\b(?:i|ich|je|yo|io|ik|eu|jag|jeg|ja|я)(?: (?:am|have|had|bin|habe|das|die|den|unser\w{0,2}|aus|dem|leider|now"
    r"|sadly|recently|suis|ai|ne|heb|ben|har|er))*$",
)
"""Directly before the words: the writer is the one who has gone."""

COLLEAGUE = (r"\bcolleagues?\b|\bkolleg|\bcollègue|\bcollega\b|\bcolega\b|\bcompañer|\bcoworker|\bkollega",)
"""Somebody else has gone."""

_ROLES = (
    "info office sales support contact kontakt service services team mail hello post admin hr jobs billing buchhaltung"
    " einkauf vertrieb verkauf marketing press presse help helpdesk reception empfang contacto ventas bureau accueil"
    " order orders shop webmaster postmaster kundenservice customerservice enquiries inquiries verwaltung"
)
ROLES = frozenset(_ROLES.split())
"""Local parts that several people read: one of them may go."""
