"""Small and capital letters, kept in step: a place found in the one text is the same place in the other."""


def in_lower_case(text: str) -> str:
    """Lower case, and not a character more or less."""
    lowered = text.lower()
    if len(lowered) != len(text):
        lowered = "".join([small if len(small := char.lower()) == 1 else char for char in text])
    return lowered
