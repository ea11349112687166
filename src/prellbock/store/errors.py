"""What can go wrong with a store, said so that a person knows what to do."""


class StoreError(Exception):
    """The store cannot do what was asked; the message says why and what to do. Nothing was written in part."""


class StoreMissingError(StoreError):
    """There is no store in the data folder yet."""
