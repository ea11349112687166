"""How long does a reply ask to wait? Seconds, from ``try again in 5 minutes`` or ``Greylisted for 00:05:00``."""

import re

LONGEST = 30 * 86_400
"""Seconds; a longer time is no wait time."""

_SECONDS_OF = {
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds", "sek", "sekunden", "secondes", "segundos", "secondi"), 1),
    **dict.fromkeys(("m", "min", "mins", "minute", "minutes", "minuten", "minutos", "minuti", "minuto"), 60),
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours", "stunde", "stunden", "heure", "heures", "hora", "horas"), 3600),
    **dict.fromkeys(("ore", "ora", "uur"), 3600),
    **dict.fromkeys(("d", "day", "days", "tag", "tage", "tagen", "jour", "jours", "dias", "giorni"), 86_400),
}
_UNIT = "|".join(sorted(_SECONDS_OF, key=len, reverse=True))
_CUE = (
    r"(?:again|retry|retrying|try|wait|back|later|gr[ae]ylist(?:ed|ing)?|delay(?:ed)?|defer(?:red)?|after|within|"
    r"erneut|warten?|sp(?:ä|ae)ter|nochmals?|r[ée]essaye[rz]?|attendre|patienter|esper[ea]r?|reintent\w+|riprovare|"
    r"tente|aguarde|probeer|wacht)"
)
_TIMES = re.compile(
    rf"\b{_CUE}\b[^\d;:!?]{{0,40}}?(?<![\w.-])(?P<number>\d{{1,7}})(?:\.\d+)? ?(?P<unit>{_UNIT})\b"
    rf"(?:,? (?:(?:and|und|et|y|e) )?(?P<further>\d{{1,4}}) ?(?P<smaller>{_UNIT})\b)?"
    rf"|(?<![\w.-])(?P<before>\d{{1,7}}) ?(?P<unit_before>{_UNIT}) "
    r"(?:lang )?(?:erneut|nochmals?|wieder|warten|abwarten)\b"
    rf"|\b{_CUE}\b[^\d;!?]{{0,40}}?(?<![\w.:-])(?P<hours>\d\d):(?P<minutes>[0-5]\d):(?P<seconds>[0-5]\d)\b"
    r"|\bretry(?:-after)?[=:] ?(?P<bare>\d{1,7})\b"
    r"|\b(?:defer|deferred|greylisted|graylisted) (?P<short>\d{1,5})\b(?! ?[/.:%])",
    re.IGNORECASE,
)


def retry_after(text: str) -> int | None:
    """The wait time in seconds, 1 to `LONGEST`; None where no time is given."""
    for found in _TIMES.finditer(text):
        if found["number"]:
            seconds = int(found["number"]) * _SECONDS_OF[found["unit"].lower()]
            if found["further"]:
                seconds += int(found["further"]) * _SECONDS_OF[found["smaller"].lower()]
        elif found["before"]:
            seconds = int(found["before"]) * _SECONDS_OF[found["unit_before"].lower()]
        elif found["hours"]:
            seconds = int(found["hours"]) * 3600 + int(found["minutes"]) * 60 + int(found["seconds"])
        else:
            seconds = int(found["bare"] or found["short"])
        if 0 < seconds <= LONGEST:
            return seconds
    return None
