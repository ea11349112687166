"""Does an answering machine say that nobody reads mail at this address any more, or that it is read elsewhere?

A wrong yes loses a reader, a wrong no costs one more mail. So the words must be told, by the machine itself, of this
address or its owner: nothing quoted, no question, no condition, no other address, no colleague, and nobody who will be
back.
"""

import re
from typing import Final

from prellbock.sources.mail.given_up_wording import (
    ADDRESS_CHANGED,
    ADDRESS_GONE,
    BY_ONESELF,
    COLLEAGUE,
    CONDITION,
    FIRST_PERSON,
    FOR_A_TIME,
    OF_THE_READER,
    OTHER_THING,
    PERSON_GONE,
    ROLES,
    STILL_THERE,
)
from prellbock.sources.mail.notice import Notice
from prellbock.sources.mail.wording import any_of

MAX_CHARS = 2500
"""No more of an answer is looked at."""

MAX_SENTENCE_CHARS = 1000

_GONE: Final = any_of(ADDRESS_GONE)
_CHANGED: Final = any_of(ADDRESS_CHANGED)
_LEFT: Final = any_of(PERSON_GONE)
_STILL_THERE: Final = any_of(STILL_THERE)
_FOR_A_TIME: Final = any_of(FOR_A_TIME)
_CONDITION: Final = any_of(CONDITION)
_OTHER_THING: Final = any_of(OTHER_THING)
_OF_THE_READER: Final = any_of(OF_THE_READER)
_FIRST_PERSON: Final = any_of(FIRST_PERSON)
_BY_ONESELF: Final = any_of(BY_ONESELF)
_COLLEAGUE: Final = any_of(COLLEAGUE)

_ANSWER_SUBJECT: Final = re.compile(r"[^:：]{1,60}[:：]")
_QUOTATION: Final = re.compile(
    r"^(?:-{2,}[ \t]*(?:original|ursprüngliche|weitergeleitete|message d.origine|mensaje original|messaggio originale"
    r"|oorspronkelijk)|_{10,}[ \t]*$|(?:from|von|de|da|van|från|fra|od|от|发件人|差出人)[ \t]?[:：][^\n]*\n"
    r"(?:[^\n]*\n)?(?:sent|date|gesendet|datum|envoyé|enviado|inviato|verzonden|skickat|sendt|wysłano|отправлено|发送时间"
    r"|送信日時)[ \t]?[:：]|(?:on|am|le|el|il|op|den|em|dnia)[ ][^\n]{5,160}(?:wrote|schrieb|écrit|escribió|scritto"
    r"|schreef|skrev|escreveu|pisze)[^\n]{0,60}:[ \t]*$)",
    re.MULTILINE,
)
_SENTENCE_END: Final = re.compile(r"(?<=[.!?])\s+|(?<=[。！？])|\n[ \t]*\n")
_ADDRESS: Final = re.compile(r"[^\s<>()\[\],;:\"'@]{1,64}@([^\s<>()\[\],;:\"'@]{1,255})")
_NAME: Final = re.compile(r"[^\W\d_]{3,}")
_MAIL_WORDS: Final = ("mail", "@", "メール", "邮箱", "郵箱")


class GivenUp:
    """``told`` is the sentence; ``moved`` says that the owner reads his mail elsewhere."""

    def __init__(self, told: str, moved: bool) -> None:
        self.told: Final = told
        self.moved: Final = moved


def given_up(notice: Notice) -> GivenUp | None:
    """What the answer says of its own address, or nothing."""
    text = _own_words(notice)
    if _STILL_THERE.search(text) is not None:
        return None
    for sentence in _SENTENCE_END.split(text):
        sentence = " ".join((sentence or "").split())
        if not sentence or sentence.endswith(("?", "？")):
            continue
        for words in (_CHANGED, _GONE, _LEFT):
            match = words.search(sentence)
            if match is None or not _is_told(sentence, match, notice):
                continue
            if _is_of_its_owner(sentence, match, text, notice) if words is _LEFT else _is_of_mail(sentence, match):
                if words is _CHANGED and not any(word in sentence.lower() for word in _MAIL_WORDS):
                    continue
                return GivenUp(sentence[:MAX_SENTENCE_CHARS], words is _CHANGED)
    return None


def _own_words(notice: Notice) -> str:
    """Subject and text without what they quote; the subject of an answer repeats the one it answers."""
    own = [] if _ANSWER_SUBJECT.match(notice.subject) else [f"{notice.subject}.\n"]
    text = notice.text[: 2 * MAX_CHARS]
    quoted = _QUOTATION.search(notice.low[: 2 * MAX_CHARS])
    if quoted is not None:
        text = text[: quoted.start()]
    own += [line for line in text.split("\n") if not line.lstrip().startswith((">", "|"))]
    return "\n".join(own)[:MAX_CHARS].replace("\u2019", "'")


def _is_told(sentence: str, match: re.Match[str], notice: Notice) -> bool:
    """Told as a fact for good, of no other address."""
    before = sentence[: match.start()]
    if _CONDITION.search(before) is not None or _FOR_A_TIME.search(sentence) is not None:
        return False
    return all(named[0].lower() == notice.from_address for named in _ADDRESS.finditer(sentence[: match.end()]))


def _is_of_mail(sentence: str, match: re.Match[str]) -> bool:
    """Of an address for mail, and not the one of the reader."""
    if _OF_THE_READER.search(sentence[: match.start()]) is not None:
        return False
    return "mail" in match[0] or _OTHER_THING.search(sentence) is None


def _is_of_its_owner(sentence: str, match: re.Match[str], text: str, notice: Notice) -> bool:
    """Has the owner of the address gone, and not somebody whose mail he reads?"""
    if _COLLEAGUE.search(sentence[: match.start()]) is not None:
        return False
    if _BY_ONESELF.search(sentence[: match.start()].rstrip()) is not None:
        return True
    if notice.from_address.partition("@")[0] in ROLES:
        return False
    lowered = sentence.lower()
    owner = f"{notice.mail.first('from')[:300].partition('<')[0]} {notice.from_address.partition('@')[0]}".lower()
    if any(name in lowered for name in _NAME.findall(owner)):
        return True
    return _FIRST_PERSON.search(text) is None
