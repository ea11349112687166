"""Cells of CSV that no spreadsheet runs as a formula, and back.

What begins with one of the characters that OWASP names (https://owasp.org/www-community/attacks/CSV_Injection), or with
an apostrophe, gets an apostrophe before it; an empty text is one apostrophe, so that it differs from nothing at all. So
whoever takes one leading apostrophe away has the value as it was.
"""

STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""With which a spreadsheet may take a cell for a formula."""
_GUARDED = (*STARTS, "'")


def guarded(text: str) -> str:
    """The cell of a text."""
    return f"'{text}" if not text or text.startswith(_GUARDED) else text


def plain(cell: str) -> str | None:
    """The text of a cell; None for an empty one."""
    return cell.removeprefix("'") if cell else None
