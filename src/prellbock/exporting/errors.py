"""What goes wrong with exports; the message says what to do."""


class ExportError(ValueError):
    """An export cannot be set up or run so."""


class PlaceError(Exception):
    """The place takes no files now."""
