"""The log: an event a line on stderr, for people or as JSON. No address and no secret ever gets through."""

import logging
import re
import sys
from collections.abc import Mapping, MutableMapping
from typing import Any

import structlog

from prellbock.api.configuration.model import Log

log: structlog.typing.FilteringBoundLogger = structlog.get_logger()
"""Says something: ``log.info("event", field=value)``."""

MISTAKE = "the server has made a mistake; its log (stderr) says which, under this request's id"
"""What is said to whoever asked; the cause stands in the log alone."""

_LEVELS = {"debug": 10, "info": 20, "warning": 30, "error": 40}
_HIDDEN = (
    # An address wherever it stands; texts of servers and exceptions may repeat one.
    (re.compile(r"[^\s<>()\[\]\"',;:=@]+@[^\s<>()\[\]\"',;:=@]+"), "<address>"),
    (re.compile(r"\bpb_[\w-]{16,}"), "<token>"),
    (re.compile(r"\b[Bb]earer\s+[^\s\"',]+"), "Bearer <token>"),
    (re.compile(r"\beyJ[\w-]{8,}\.[\w-]+\.?[\w-]*"), "<token>"),
    (
        re.compile(r"\b(key|code|state|token|password|secret|client_secret|code_verifier|id_token)=[^\s&\"',]+"),
        r"\1=<hidden>",
    ),
)
"""What is replaced in every text, whoever wrote it: the last net below code that has no business logging such."""


def without_names(_: object, __: str, event: MutableMapping[str, Any]) -> Mapping[str, Any]:
    """A processor of structlog: hides addresses and secrets in every value."""
    return {name: hidden(value) for name, value in event.items()}


def hidden(value: Any) -> Any:
    """The same with addresses and secrets replaced."""
    if isinstance(value, str):
        for pattern, instead in _HIDDEN:
            value = pattern.sub(instead, value)
        return value
    if isinstance(value, Mapping):
        return {hidden(name): hidden(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [hidden(each) for each in value]
    return value if value is None or isinstance(value, bool | int | float) else hidden(str(value))


def configure(wanted: Log) -> None:
    """Lets this process log as it was configured; what libraries log through `logging` comes the same way."""
    is_json = wanted.format == "json"
    renderer: Any = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if is_json
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            without_names,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(_LEVELS[wanted.level]),
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    logging.root.handlers = [_Forwarding()]
    logging.root.setLevel(max(_LEVELS[wanted.level], logging.WARNING))


class _Forwarding(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        log.log(record.levelno, record.getMessage(), logger=record.name, exc_info=record.exc_info)
