"""Why does a door not work now? One kind of error for what others may mend: it is told, and tried again."""


class DoorError(Exception):
    """The door cannot be used now. The message says where, what is wrong and what to do, and holds no secret."""
