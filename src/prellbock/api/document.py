"""The OpenAPI document without a running server: ``python -m prellbock.api.document > openapi.json``."""

import sys
import tempfile
from contextlib import ExitStack, closing
from pathlib import Path

import msgspec
import orjson

from prellbock.api.app import create_app
from prellbock.api.auth.access import Access
from prellbock.api.configuration.model import Configuration
from prellbock.api.examples import described
from prellbock.api.installation import Installation
from prellbock.api.worker.parent import Worker
from prellbock.store.sqlite import SqliteAccounts, SqliteStore


def document() -> bytes:
    """JSON, as ``GET /v1/schema/openapi.json`` gives it."""
    configuration = Configuration()
    with ExitStack() as open_things:
        folder = Path(open_things.enter_context(tempfile.TemporaryDirectory())) / "data"
        store = open_things.enter_context(SqliteStore(folder, create=True))
        worker = open_things.enter_context(closing(Worker(folder, configuration)))
        installation = Installation(store, store, store, configuration.limits, worker, store.secret, folder=folder)
        open_things.callback(installation.close)
        access = Access(installation, open_things.enter_context(SqliteAccounts(folder)), "no token")
        app = create_app(access)
        schema = described(app, app.openapi_schema.to_schema())
    # Defaults of fields may be structs.
    return orjson.dumps(schema, default=msgspec.to_builtins, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS)


if __name__ == "__main__":
    sys.stdout.buffer.write(document())
