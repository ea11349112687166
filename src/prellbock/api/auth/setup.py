"""``/setup``: where a one-time link leads. Who holds it chooses a password; the first one becomes the admin.

A plain form without scripts, so that it works before any front end does.
"""

import html
import re
from typing import Any
from urllib.parse import parse_qs, urlencode

from litestar import Request, Response, get, post
from litestar.params import FromQuery
from litestar.response import Redirect

from prellbock.api.auth.access import Access
from prellbock.api.auth.door import Door
from prellbock.api.auth.page import page
from prellbock.api.auth.scopes import OPEN
from prellbock.api.auth.secrets import LONGEST_PASSWORD, SHORTEST_PASSWORD, fresh, hash_of, hash_password
from prellbock.api.gui import FOLDER
from prellbock.store.accounts import Accounts

SETUP = "/setup"
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@+-]{0,63}")
"""What a user may be called."""
FIRST_SECONDS = 86400.0
"""How long the link of the first start holds; every start without any user makes a new one."""
_MOST_FORM = 16_384
_FORM = """{alert}<p>{intro}</p>
<form method="post" action="/setup"><input type="hidden" name="key" value="{key}">
<label>Name<input name="name" value="{name}" {fixed} autocomplete="username" required maxlength="64"></label>
<label>Password, at least {shortest} characters<input name="password" type="password" autocomplete="new-password"
 required minlength="{shortest}" maxlength="{longest}"></label>
<button>Set password</button></form>"""
_OVER = "<p role='alert'>This link was used already, or is too old. Ask an admin for another one; where nobody has \
signed up yet, a restart of the server prints a new one.</p>"


def first_link(accounts: Accounts, now: float) -> str | None:
    """The path that makes the first admin; None once somebody can sign in."""
    if any(user.can_sign_in for user in accounts.users()):
        return None
    secret = fresh()
    accounts.invite(hash_of(secret), None, "admin", now + FIRST_SECONDS)
    return f"{SETUP}?key={secret}"


@get(SETUP, opt={OPEN: True}, include_in_schema=False)
async def setup_page(
    request: Request[Any, Any, Any], access: Door, key: FromQuery[str] = ""
) -> Response[str] | Redirect:
    """The form behind a one-time link; a browser is led to the GUI's page where there is one."""
    if request.headers.get("sec-fetch-mode") == "navigate" and (FOLDER / "index.html").is_file():
        return Redirect(f"/welcome?{urlencode({'key': key})}")
    return await _form(access, key)


@post(SETUP, opt={OPEN: True}, include_in_schema=False, request_max_body_size=_MOST_FORM)
async def set_up(request: Request[Any, Any, Any], access: Door) -> Response[str]:
    """Takes the form and uses the link up."""
    body = (await request.body()).decode("utf-8", "replace")
    given = {field: values[0] for field, values in parse_qs(body, max_num_fields=10).items()}
    key, name, password = given.get("key", ""), given.get("name", "").strip(), given.get("password", "")
    if not NAME.fullmatch(name):
        return await _form(access, key, "The name may have letters, digits and . _ @ + -")
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        return await _form(access, key, f"The password must have at least {SHORTEST_PASSWORD} characters.", name)
    installation, accounts = access.installation, access.accounts
    if await installation.answering(accounts.invited, hash_of(key), installation.clock()) is None:
        return page(_OVER, 410)
    stored = await installation.answering(hash_password, password)
    user = await installation.answering(accounts.accept, hash_of(key), name, stored, installation.clock())
    if user is None:
        return await _form(access, key, "This link is for another name.")
    now = installation.clock()
    await installation.answering(accounts.record, now, user.name, "user.password", user.name, {"role": user.role})
    return page(f"<p>Welcome, {html.escape(user.name)}. You are {user.role} now and can sign in.</p>", 200)


async def _form(access: Access, key: str, wrong: str = "", name: str = "") -> Response[str]:
    installation = access.installation
    found = await installation.answering(access.accounts.invited, hash_of(key), installation.clock())
    if found is None:
        return page(_OVER, 410)
    user, role = found
    intro = f"Choose your password; you will be {role}." if user else "Choose name and password of the first admin."
    body = _FORM.format(
        alert=f"<p role='alert'>{html.escape(wrong)}</p>" if wrong else "",
        intro=intro,
        key=html.escape(key, quote=True),
        name=html.escape(user or name, quote=True),
        fixed="readonly" if user else "",
        shortest=SHORTEST_PASSWORD,
        longest=LONGEST_PASSWORD,
    )
    return page(body, 400 if wrong else 200)
