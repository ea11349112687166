"""``/v1/session/oidc``: to the provider, and back with a session."""

import html
from typing import TYPE_CHECKING, Annotated, Any

from litestar import Request, Response, get
from litestar.datastructures import Cookie
from litestar.params import QueryParameter

from prellbock.api.auth.access import Access, too_many
from prellbock.api.auth.cookies import is_encrypted, origin_of, session_cookie
from prellbock.api.auth.door import Door
from prellbock.api.auth.oidc.person import ProviderError, RefusedError
from prellbock.api.auth.oidc.users import user_of
from prellbock.api.auth.page import page
from prellbock.api.auth.scopes import OPEN
from prellbock.api.auth.sessions import begin_session
from prellbock.api.logs import log
from prellbock.api.problems import ProblemError

if TYPE_CHECKING:
    from prellbock.api.auth.oidc.provider import Provider

PATH = "/v1/session/oidc"
CALLBACK = f"{PATH}/callback"
_COOKIE = "prellbock_oidc"
_LONGEST = 2048

Given = Annotated[str | None, QueryParameter(max_length=_LONGEST)]
Begun = Annotated[str | None, QueryParameter(name="state", max_length=_LONGEST)]


def is_ours(path: str) -> bool:
    """Whether a path leads to a page of this server, and to nowhere else whatever a browser makes of it."""
    plain = all("!" <= character <= "~" and character != "\\" for character in path)
    return plain and path.startswith("/") and not path.startswith("//")


@get(PATH, opt={OPEN: True}, status_code=303)
async def begin(request: Request[Any, Any, Any], access: Door, return_to: Given = None) -> Response[None]:
    """Sends the browser to the provider; ``return_to`` is the path of ours that it comes back to in the end."""
    provider = _configured(access)
    if not is_ours(return_to or "/"):
        raise ProblemError(400, "return_to: a path of this server is wanted, such as /recipients")
    client = request.client.host if request.client else ""
    if wait := access.arrivals.take(client):
        raise too_many(wait, "too many sign-ins were begun")
    pending, secret = access.pendings.begin(f"{origin_of(request, access)}{CALLBACK}", return_to or "/")
    try:
        url = await provider.begin(pending)
    except ProviderError as error:
        log.warning("oidc", problem=str(error))
        raise ProblemError(502, f"{error}; `prellbock config check` and the log of the server say more") from None
    # Lax: the browser comes back from another site, and must bring it along.
    cookie = Cookie(
        key=_COOKIE, value=secret, max_age=600, httponly=True, samesite="lax", secure=is_encrypted(request), path=PATH
    )
    return Response(None, status_code=303, headers={"Location": url}, cookies=[cookie])


@get(CALLBACK, opt={OPEN: True}, status_code=303, include_in_schema=False)
async def come_back(
    request: Request[Any, Any, Any],
    access: Door,
    begun: Begun = None,
    code: Given = None,
    iss: Given = None,
    error: Given = None,
) -> Response[Any]:
    """Where the provider sends the browser: with a code, or with an error."""
    provider = _configured(access)
    pending = access.pendings.take(begun or "", request.cookies.get(_COOKIE, ""))
    if pending is None:
        return _refused("This sign-in was not begun in this browser, was ended already, or took too long.", 400)
    if error is not None or code is None:
        log.info("oidc", outcome="refused", why="the provider has let nobody in")
        return _refused("The provider has not let you in.", 403)
    try:
        who = await provider.finish(pending, code, iss)
        user = await user_of(access, provider.chosen, who)
    except ProviderError as problem:
        log.warning("oidc", problem=str(problem))
        return _refused("The provider cannot be reached now; try again later.", 502)
    except RefusedError as refused:
        log.warning("oidc", outcome="refused", why=str(refused))
        return _refused(f"You are not let in: {refused}.", 403)
    secret, _ = await begin_session(access, user, via="oidc")
    cookies = [session_cookie(request, secret), Cookie(key=_COOKIE, value="", max_age=0, path=PATH)]
    return Response(None, status_code=303, headers={"Location": pending.return_to}, cookies=cookies)


def _configured(access: Access) -> "Provider":
    if access.provider is None:
        raise ProblemError(404, "OpenID Connect is not configured here: docs/how-to/sign-in-with-openid-connect.md")
    return access.provider


def _refused(text: str, status: int) -> Response[str]:
    return page(f"<p role='alert'>{html.escape(text)}</p><p><a href='{PATH}'>Try again</a></p>", status)
