"""The web GUI: static files of the installed package. The build (`gui/`, `make gui`) puts them beside this package.

Every path that is no route of ours and looks like none of a file gets the page itself, if a browser asks, so that links
into the GUI can be opened, kept and shared.
"""

import mimetypes
from importlib import resources
from pathlib import Path
from typing import Annotated, Any

from litestar import Request, Response, get
from litestar.exceptions import NotFoundException
from litestar.params import PathParameter

from prellbock.api.auth.scopes import OPEN

FOLDER = Path(str(resources.files("prellbock"))) / "gui"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "font-src 'self'; connect-src 'self'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
)
_NOT_OURS = ("v1", "health", "ready", "metrics", "setup")
_FOR_EVER = "public, max-age=31536000, immutable"
_NOT_BUILT = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Prellbock</title>
<p>The GUI is not part of this installation: run <code>make gui</code> in the checkout. The API is there.</p></html>
"""
mimetypes.add_type("text/javascript", ".js")
mimetypes.add_type("font/woff2", ".woff2")


@get(["/", "/{path:path}"], opt={OPEN: True}, include_in_schema=False)
async def gui(
    request: Request[Any, Any, Any], path: Annotated[str, PathParameter(description="What is asked for.")] = "/"
) -> Response[bytes]:
    """A file of the GUI, else its page."""
    name = path.strip("/")
    if name.partition("/")[0] in _NOT_OURS:
        raise NotFoundException
    page = FOLDER / "index.html"
    page_is_wanted = not name or "text/html" in request.headers.get("accept", "")
    if not page.is_file():
        if not page_is_wanted:
            raise NotFoundException
        return Response(_NOT_BUILT.encode(), media_type="text/html")
    file = (FOLDER / name).resolve() if name else page
    if not file.is_relative_to(FOLDER.resolve()) or not file.is_file() or file.suffix == ".gz":
        if "." in name.rpartition("/")[2] or not page_is_wanted:
            raise NotFoundException
        file = page
    return _file(file, packed="gzip" in request.headers.get("accept-encoding", ""))


def _file(file: Path, *, packed: bool) -> Response[bytes]:
    headers = {"Vary": "Accept-Encoding"}
    if file.suffix == ".html":
        headers |= {"Content-Security-Policy": POLICY, "Cache-Control": "no-cache"}
    else:
        # Names of what is built carry a digest of the content.
        headers["Cache-Control"] = _FOR_EVER if "-" in file.stem else "public, max-age=3600"
    twin = file.with_name(f"{file.name}.gz")
    if packed and twin.is_file():
        headers["Content-Encoding"] = "gzip"
        content = twin.read_bytes()
    else:
        content = file.read_bytes()
    kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    return Response(content, media_type=kind, headers=headers)
