"""Where in a text do the pasted headers of another message begin?

A text without any line that could begin them is known after one scan; only the others are read line by line.
"""

import re

_HEADER_LINE = re.compile(r"([A-Za-z][A-Za-z0-9-]{1,60}):")
_ORIGINAL = frozenset(
    [
        "received",
        "return-path",
        "from",
        "to",
        "subject",
        "date",
        "message-id",
        "mime-version",
        "dkim-signature",
        "delivered-to",
        "content-type",
        "x-received",
        "arc-seal",
        "reply-to",
        "sender",
        "cc",
        "x-original-to",
        "x-mailer",
        "user-agent",
    ]
)
_BEGINNINGS = frozenset(f"{name}:" for name in _ORIGINAL)
_MACHINE_PART = re.compile(r"^(?:Reporting-MTA|Final-Recipient|Original-Recipient): ?\S", re.IGNORECASE | re.MULTILINE)
_MARKER = re.compile(
    r"[-*_= >]*+(?:(?:this is|below is|below this line is)(?: the)? (?:a )?(?:truncated )?(?:copy|header|original)"
    r"|(?:the )?(?:message )?headers? (?:of the original message )?(?:follow|is following)"
    r"|(?:un(?:sent|delivered) |returned |original )?message(?: text)? (?:follows|below|header)"
    r"|original (?:message|mail)|begin (?:of )?(?:message|the )|message headers? follow|unsent message"
    r"|header(?:s)? of the original|the header of the original|le message d'origine|ursprüngliche nachricht"
    r"|original-nachricht|der header der ursprünglichen)",
    re.IGNORECASE,
)


# A line that could begin pasted headers or announce them, in lower-case text; the line feed lets the scan jump.
_CLUE = re.compile(rf"\n(?:(?:{'|'.join(sorted(_ORIGINAL))}):|[-*_=](?:[ \-*_=>\n]|$))")
_RULED = frozenset("-*_=")
_STRONG = frozenset({"received", "dkim-signature", "return-path", "x-received", "message-id", "arc-seal"})
_ANNOUNCED_WITHIN = 5
"""Lines between an announcement and what it announces."""


def pasted_headers(text: str, lowered: str) -> tuple[int, str]:
    """Where pasted headers of an original message begin (with the line announcing them), and these headers.

    ``lowered`` is the text in lower case, of the same length. Without such headers: the end of the text, and nothing.
    """
    if ("-mta:" in lowered or "-recipient:" in lowered) and (match := _MACHINE_PART.search(text)):
        before, pasted = pasted_headers(text[: match.start()], lowered[: match.start()])
        if pasted:
            return before, pasted
        return min(before, match.start()), _behind_machine_part(text[match.end() :], lowered[match.end() :])
    clue = _CLUE.search(f"\n{lowered}")
    if clue is None:
        return len(text), ""
    begin = clue.start()
    for _ in range(_ANNOUNCED_WITHIN):
        begin = text.rfind("\n", 0, max(begin - 1, 0)) + 1
    return _in_lines(text, begin)


def _in_lines(text: str, begin: int) -> tuple[int, str]:
    lines = text[begin:].split("\n")
    offsets: list[int] = []
    for line in lines:
        offsets.append(begin)
        begin += len(line) + 1
    index = 0
    while index < len(lines):
        if ":" not in lines[index] or not _is_original_header(lines[index]):
            index += 1
            continue
        end, names = _run_of_headers(lines, index)
        announced = _announcement(lines, index)
        if (
            (names & _STRONG and len(names) >= 3)
            or len(names & _ORIGINAL) >= 4
            or (announced is not None and len(names) >= 2)
        ):
            begin = index if announced is None else announced
            return offsets[begin], "\n".join(lines[index:end])
        index = max(end, index + 1)
    for number, line in enumerate(lines):
        if line[:1] in _RULED and line[:2].strip(" -*_=>") == "" and line and _MARKER.match(line):
            return offsets[number], ""
    return len(text), ""


def _behind_machine_part(text: str, lowered: str) -> str:
    rest = text.partition("\n\n")[2]
    return "" if _MACHINE_PART.search(rest) else pasted_headers(rest, lowered[len(lowered) - len(rest) :])[1]


def _is_original_header(line: str) -> bool:
    return line[: line.find(":") + 1].lower() in _BEGINNINGS


def _run_of_headers(lines: list[str], begin: int) -> tuple[int, set[str]]:
    names: set[str] = set()
    at = begin
    while at < len(lines):
        line = lines[at]
        if line[:1] in {" ", "\t"} and line.strip():
            at += 1
            continue
        name = line[: line.find(":") + 1].lower()
        if name in _BEGINNINGS:
            names.add(name[:-1])
        elif (match := _HEADER_LINE.match(line)) is not None:
            names.add(match[1].lower())
        else:
            break
        at += 1
    return at, names


def _announcement(lines: list[str], index: int) -> int | None:
    for back in range(index - 1, max(-1, index - _ANNOUNCED_WITHIN), -1):
        if lines[back].strip():
            return back if _MARKER.match(lines[back].strip()) else None
    return None
