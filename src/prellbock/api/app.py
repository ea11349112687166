"""The application: all resources behind one token, over one installation."""

from collections.abc import Callable

from litestar import Litestar
from litestar.di import Provide
from litestar.exceptions import HTTPException
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.types import ControllerRouterHandler
from prometheus_client import CollectorRegistry

from prellbock import __version__
from prellbock.api.changes import changes
from prellbock.api.check import check
from prellbock.api.health import health, health_without_body
from prellbock.api.ingest import ingest, ingest_mails
from prellbock.api.installation import Installation
from prellbock.api.key import hash_key
from prellbock.api.metrics import Metrics, metrics
from prellbock.api.problems import ProblemError, on_anything, on_http, on_problem, on_store
from prellbock.api.suppressions import suppressions
from prellbock.api.token import guard
from prellbock.store.errors import StoreError

RESOURCES: tuple[ControllerRouterHandler, ...] = (
    health,
    health_without_body,
    metrics,
    ingest,
    ingest_mails,
    check,
    hash_key,
    suppressions,
    changes,
)
"""Every resource; a new one is a module and a line here."""


def create_app(installation: Installation, token: str) -> Litestar:
    """The ASGI application for an installation. ``token`` opens everything but ``/health``."""
    measures = Metrics(installation)

    def give(value: object) -> Provide:
        return Provide(_constant(value), use_cache=True, sync_to_thread=False)

    return Litestar(
        route_handlers=RESOURCES,
        dependencies={"installation": give(installation), "registry": give(measures.registry)},
        guards=[guard(token)],
        exception_handlers={
            ProblemError: on_problem,
            StoreError: on_store,
            HTTPException: on_http,
            Exception: on_anything,
        },
        middleware=[measures.measured],
        openapi_config=OpenAPIConfig(
            title="Prellbock",
            version=__version__,
            path="/v1/schema",
            render_plugins=[JsonRenderPlugin(path="/openapi.json")],
        ),
        signature_types=[CollectorRegistry],
        logging_config=None,
    )


def _constant(value: object) -> Callable[[], object]:
    def constant() -> object:
        return value

    return constant
