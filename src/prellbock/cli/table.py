"""Tables that a terminal of 80 columns shows whole."""


def cut(text: str, width: int) -> str:
    """At most so many characters, of one line; what is left out leaves an ellipsis."""
    line = " ".join(text.split())
    return line if len(line) <= width else line[: width - 1] + "…"
