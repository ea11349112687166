"""What goes wrong with exports beside what is wrong with their settings; the message says what to do."""


class PlaceError(Exception):
    """The place takes no files now."""
