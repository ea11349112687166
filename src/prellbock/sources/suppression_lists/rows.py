"""The rows of a list, whatever it is written in: JSON (one document), NDJSON, CSV with a header, or addresses alone."""

import csv
import io
import json
from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO

import msgspec

from prellbock.sources.record import RecordError

LINE_OCTETS = 64 * 1024
LINES_OF_A_CELL = 50
"""Lines over which a quoted cell may go."""
MOST_JSON = 1 << 30
"""Octets of a JSON document."""
_FORMULA = "=+-@\t\r"
_CONTAINERS = ("SuppressedDestinationSummaries", "Suppressions", "items", "contacts", "results", "data")
"""Where the entries stand in the documents of the systems known here."""


class Row(msgspec.Struct, frozen=True):
    """One entry: the line it begins in, its octets, and its fields by their own names (empty ones are missing)."""

    line: int
    octets: bytes
    fields: dict[str, Any] | RecordError


class Rows(msgspec.Struct, frozen=True):
    """The entries of a list and the names that tell which system wrote it."""

    names: tuple[str, ...]
    """The header of a CSV, the keys of the first entry of JSON; empty for addresses alone."""
    rows: Iterator[Row]


def key(name: str) -> str:
    """A name of a field without case and punctuation: ``Email Address`` and ``EMAIL_ADDRESS`` are ``emailaddress``."""
    return "".join(letter for letter in name.lower() if letter.isalnum())


def unprotected(cell: str) -> str:
    """A cell without the apostrophe that keeps spreadsheets from running it as a formula."""
    return cell[1:] if len(cell) > 1 and cell[0] == "'" and cell[1] in _FORMULA else cell


def read(file: BinaryIO) -> Rows:
    """Tells the form by the first line. Raises `RecordError` where that line, or a JSON document, is nothing known."""
    number, line = 1, file.readline(LINE_OCTETS)
    while line and not line.strip():
        number, line = number + 1, file.readline(LINE_OCTETS)
    lines = _numbered(file, number)
    line = line.removeprefix(b"\xef\xbb\xbf")
    first, is_whole = line.strip(b"\r\n"), len(line) < LINE_OCTETS or line.endswith(b"\n")
    begin = first.lstrip()
    if begin.startswith(b"[") or (begin.startswith(b"{") and not (is_whole and _is_object(first))):
        return _named(_as_document(line + file.read(MOST_JSON)))
    if begin.startswith(b"{"):
        document = _document_on_one_line(first)
        more = next(lines, None)
        if document is not None and more is None:
            return _named(_as_document(first))
        return _named(_as_ndjson(_again([(number, first), *([more] if more else [])], lines)))
    titles, delimiter = _header(first)
    if any("@" in title for title in titles) or (len(titles) == 1 and not _is_title(titles[0])):
        if len(titles) > 1:
            names = ("emailaddress" if key(titles[1]) in ("bounce", "complaint") else "address", "reason")
            return Rows(names, _as_csv(_again([(number, first)], lines), [*names], delimiter))
        return Rows((), _as_addresses(_again([(number, first)], lines)))
    return Rows(tuple(titles), _as_csv(lines, titles, delimiter))


def _is_title(text: str) -> bool:
    return key(text) in ("address", "email", "emailaddress", "mail", "recipient")


def _numbered(file: BinaryIO, number: int) -> Iterator[tuple[int, bytes]]:
    """The lines that are not blank, with their numbers, which go on after ``number``."""
    while line := file.readline(LINE_OCTETS):
        number += 1
        text = line.strip(b"\r\n")
        if text.strip():
            yield number, text


def _again(first: Iterable[tuple[int, bytes]], rest: Iterable[tuple[int, bytes]]) -> Iterator[tuple[int, bytes]]:
    yield from first
    yield from rest


def _named(rows: Iterator[Row]) -> Rows:
    """The names of the first entry that has fields."""
    first: list[Row] = []
    names: tuple[str, ...] = ()
    for row in rows:
        first.append(row)
        if isinstance(row.fields, dict):
            names = tuple(row.fields)
            break

    def everything() -> Iterator[Row]:
        yield from first
        yield from rows

    return Rows(names, everything())


# --- JSON


def _is_object(line: bytes) -> bool:
    try:
        return isinstance(msgspec.json.decode(line), dict)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        # Lines that break off or are nothing: a bad row of NDJSON where the line looks whole.
        return line.rstrip().endswith(b"}")


def _document_on_one_line(line: bytes) -> dict[str, Any] | None:
    """A document whose entries stand in a list inside it, else None."""
    try:
        found = msgspec.json.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    return found if any(isinstance(found.get(name), list | dict) for name in _CONTAINERS) else None


def _as_document(octets: bytes) -> Iterator[Row]:
    """The entries of the list in a JSON document, each with the line it begins in."""
    try:
        text = octets.decode()
    except UnicodeDecodeError as error:
        raise RecordError(f"not JSON in UTF-8 (octet {error.start})") from None
    begin = _begin_of_list(text)
    decode = json.JSONDecoder().raw_decode
    at, line, counted = begin + 1, 1, 0
    while True:
        while at < len(text) and text[at] in " \t\r\n,":
            at += 1
        if at >= len(text) or text[at] == "]":
            return
        line, counted = line + text.count("\n", counted, at), at
        try:
            found, end = decode(text, at)
        except (ValueError, RecursionError) as error:
            broken = RecordError(f"not JSON from here on ({error}); the entries before were read")
            yield Row(line, text[at : at + 80].encode(), broken)
            return
        if isinstance(found, dict):
            yield Row(line, text[at:end].encode(), _without_nothing(found))
        elif isinstance(found, str):
            yield Row(line, text[at:end].encode(), {"address": found})
        else:
            yield Row(line, text[at:end].encode(), RecordError("not a JSON object"))
        at = end


def _begin_of_list(text: str) -> int:
    """Where the list of entries begins: the document itself, or what stands in it under a known name."""
    if text.lstrip().startswith("["):
        return text.index("[")
    for name in _CONTAINERS:
        at = text.find(f'"{name}"')
        if at >= 0:
            begin = text.find(":", at + len(name) + 2) + 1
            rest = text[begin : begin + 64].lstrip()
            if rest.startswith("["):
                return text.index("[", begin)
    raise RecordError(f"no list of entries in this JSON document; it would stand under {', '.join(_CONTAINERS)}")


def _without_nothing(found: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in found.items() if value is not None and value != ""}


def _as_ndjson(lines: Iterable[tuple[int, bytes]]) -> Iterator[Row]:
    decode = msgspec.json.Decoder(dict[str, Any]).decode
    for number, line in lines:
        try:
            yield Row(number, line, _without_nothing(decode(line)))
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            yield Row(number, line, RecordError(f"not a JSON object in UTF-8 on one line: {error}"))


# --- CSV


def _header(line: bytes) -> tuple[list[str], str]:
    text = line.decode("utf-8", "replace")
    delimiter = max(",;\t", key=text.count)
    try:
        return [title.strip() for title in next(csv.reader([text], delimiter=delimiter), [])], delimiter
    except csv.Error as error:
        raise RecordError(f"the first line is neither JSON nor CSV nor an address ({error}); lines end in LF") from None


def _as_csv(lines: Iterator[tuple[int, bytes]], titles: list[str], delimiter: str) -> Iterator[Row]:
    waiting: list[tuple[int, bytes]] = []
    while True:
        held = [waiting.pop(0) if waiting else next(lines, (0, b""))]
        if not held[0][0]:
            return
        cells = _cells(held, delimiter)
        while cells is None and len(held) < LINES_OF_A_CELL:
            # A quoted cell may hold line ends: the next lines belong to it, if it ends at all.
            more = waiting.pop(0) if waiting else next(lines, (0, b""))
            if not more[0]:
                break
            held.append(more)
            cells = _cells(held, delimiter)
        number, line = held[0]
        if cells is None:
            waiting = [*held[1:], *waiting]
            yield Row(number, line, RecordError("not CSV in UTF-8: a quote that is not closed, or broken octets"))
            continue
        pairs = zip(titles, (unprotected(cell.strip()) for cell in cells), strict=False)
        yield Row(number, b"\n".join(text for _, text in held), {title: cell for title, cell in pairs if cell})


def _cells(lines: list[tuple[int, bytes]], delimiter: str) -> list[str] | None:
    try:
        text = b"\n".join(line for _, line in lines).decode()
        return next(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True), [])
    except (UnicodeDecodeError, csv.Error):
        return None


def _as_addresses(lines: Iterable[tuple[int, bytes]]) -> Iterator[Row]:
    for number, line in lines:
        try:
            yield Row(number, line, {"address": line.decode().strip()})
        except UnicodeDecodeError:
            yield Row(number, line, RecordError("the address is not UTF-8"))
