"""The reference is complete: every command, every option, every route and every metric stands in it."""

import re
import socket
from pathlib import Path

import click
import pytest
from litestar import Litestar

from prellbock.api.app import create_app
from prellbock.api.auth.access import Access
from prellbock.api.installation import Installation
from prellbock.api.settings import Settings
from prellbock.cli import cli
from prellbock.store.sqlite import SqliteAccounts, SqliteStore

REFERENCE = Path(__file__).parents[2] / "docs" / "reference"


FRAMEWORK = ("/v1/schema", "/v1/schema/{path:str}")
"""What the framework adds beside the document itself: its not-found page."""


def commands() -> list[str]:
    return cli.list_commands(click.Context(cli))


@pytest.mark.parametrize("name", commands())
def test_every_command_and_its_options(name: str) -> None:
    sections = re.split(r"^## ", (REFERENCE / "cli.md").read_text(), flags=re.MULTILINE)
    (section,) = [text for text in sections if text.startswith(f"{name}\n")]
    command = cli.get_command(click.Context(cli), name)
    assert command is not None
    for option in command.params:
        for flag in option.opts:
            if flag.startswith("--") and flag != "--data":
                assert f"`{flag}" in section, f"{name} {flag}"
    if isinstance(command, click.Group):
        for inner in command.list_commands(click.Context(command)):
            assert f"{name} {inner}" in section


class Nobody:
    """No worker: nothing is sent to this application."""

    is_alive = True

    def connect(self) -> socket.socket:
        raise AssertionError


@pytest.fixture
def app(tmp_path: Path) -> Litestar:
    with SqliteStore(tmp_path, create=True) as store:
        here = Installation(store, store, store, Settings(), Nobody(), store.secret, folder=tmp_path)
        with SqliteAccounts(tmp_path) as accounts:
            return create_app(Access(here, accounts, "x" * 43))


def test_every_route_and_only_these(app: Litestar) -> None:
    text = (REFERENCE / "http.md").read_text()
    paths = {route.path for route in app.routes if route.path not in FRAMEWORK}
    for path in paths:
        assert re.search(rf"(GET|POST|PUT|PATCH|DELETE) {re.escape(path)}(?![\w/])", text), path
    headings = re.findall(r"^## (?:GET|POST|PUT|PATCH|DELETE) (\S+)$", text, re.MULTILINE)
    assert {*headings} <= paths


def test_every_metric() -> None:
    text = (REFERENCE / "http.md").read_text()
    source = (Path(create_app.__code__.co_filename).parent / "metrics.py").read_text()
    names = {*re.findall(r'"(prellbock_\w+)"', source)}
    assert names
    for name in names:
        assert f"`{name}" in text, name


@pytest.mark.parametrize(
    "file", ["README.md", *(str(p.relative_to(REFERENCE.parents[1])) for p in REFERENCE.parent.rglob("*.md"))]
)
def test_links_lead_somewhere(file: str) -> None:
    root = REFERENCE.parents[1]
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", (root / file).read_text()):
        if "://" not in target:
            assert ((root / file).parent / target).exists(), target
