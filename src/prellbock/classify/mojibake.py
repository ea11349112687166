"""Text in UTF-8 that somebody read as Latin-1 or Windows-1252 (``Ã¼`` for ``ü``) is read again as what it was; and
Russian that somebody read as Windows-1251 (``РЅРµ`` for ``не``).

Only what cannot be meant is changed: runs that are valid UTF-8 once the characters are bytes again, with the first
characters of the scripts that mails are written in. A single run of three stays, for ``fermé»…`` is French.
Windows-1251 needs three such letters in a row somewhere in the text: no Russian or Ukrainian word has them.
"""

import re

_CP1252 = {bytes([code]).decode("cp1252", "ignore") or chr(code): code for code in range(0x80, 0xA0)}
_BYTES = {chr(code): code for code in range(0x80, 0x100)} | _CP1252
_LATER = "[" + re.escape("".join(sign for sign, code in _BYTES.items() if 0x80 <= code < 0xC0)) + "]"
_TWO = re.compile(f"[ÂÃÄÅÎÏÐÑ]{_LATER}")
_THREE = re.compile(f"[à-ï]{_LATER}{{2}}")
_CP1251 = {bytes([code]).decode("cp1251", "ignore") or chr(code): code for code in range(0x80, 0xC0)}
_CYRILLIC_BYTES = {"\u0420": 0xD0, "\u0421": 0xD1} | _CP1251
_CYRILLIC = re.compile("[\u0420\u0421][" + re.escape("".join(_CP1251)) + "]")
_CYRILLIC_RUN = re.compile(f"(?:{_CYRILLIC.pattern}){{3}}")
_SUSPECT = re.compile(f"[ÂÃÄÅÎÏÐÑà-ï]{_LATER}|{_CYRILLIC_RUN.pattern}")


def repaired(text: str) -> str:
    """The text as it was written, however often it was misread. Repairing twice changes nothing."""
    if _SUSPECT.search(text) is None:
        return text
    while (better := _once(text)) != text:
        text = better
    return text


def _once(text: str) -> str:
    if "â" in text or len(_THREE.findall(text)) > 1:
        text = _THREE.sub(_read_again, text)
    if _CYRILLIC_RUN.search(text):
        text = _CYRILLIC.sub(_read_cyrillic_again, text)
    return _TWO.sub(_read_again, text)


def _read_again(run: re.Match[str]) -> str:
    try:
        return bytes(_BYTES[sign] for sign in run[0]).decode()
    except UnicodeDecodeError:
        return run[0]


def _read_cyrillic_again(pair: re.Match[str]) -> str:
    return bytes(_CYRILLIC_BYTES[sign] for sign in pair[0]).decode()
