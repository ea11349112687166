"""Amazon SES: the suppression list of an account in one region, through its API v2.

``GET /v2/email/suppression/addresses`` in pages, ``PUT`` with ``EmailAddress`` and ``Reason`` (BOUNCE or COMPLAINT),
``DELETE .../ADDRESS``. Amazon SES API v2 reference, ListSuppressedDestinations, PutSuppressedDestination,
DeleteSuppressedDestination; one request a second: "Service quotas in Amazon SES", rate of API calls.
"""

from collections.abc import Generator, Iterator, Sequence
from urllib.parse import quote, urlsplit

import httpx

from prellbock.syncing.calling import Calling, SyncError, entries
from prellbock.syncing.merging import Can
from prellbock.syncing.provider import Page, Provider, Refused

LIMIT = 1000
LIST = "ses"
PATH = "/v2/email/suppression/addresses"
_REASON = {"complained": "COMPLAINT"}


class Signed(httpx.Auth):
    """Signs each request with version 4, by botocore."""

    requires_request_body = True

    def __init__(self, key: str, region: str) -> None:
        from botocore.auth import SigV4Auth
        from botocore.credentials import Credentials

        identity, colon, secret = key.partition(":")
        if not colon or not identity or not secret:
            raise SyncError("the key must be ACCESS_KEY_ID:SECRET_ACCESS_KEY")
        self._signer = SigV4Auth(Credentials(identity, secret), "ses", region)

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Adds the header."""
        from botocore.awsrequest import AWSRequest

        parts = urlsplit(str(request.url))
        signed = AWSRequest(
            request.method, str(request.url), data=request.content,
            headers={"host": parts.netloc, "content-type": request.headers.get("content-type", "application/json")},
        )  # fmt: skip
        self._signer.add_auth(signed)
        request.headers.update(dict(signed.headers.items()))
        yield request


def pages(call: Calling, _: str) -> Iterator[Page]:
    token: str | None = None
    while True:
        more = {} if token is None else {"NextToken": token}
        found = call.get(PATH, PageSize=LIMIT, **more)
        if rows := entries(found, "SuppressedDestinationSummaries"):
            yield LIST, rows
        following = found.get("NextToken")
        if not following:
            return
        if following == token or not isinstance(following, str):
            raise SyncError("a page of SES leads to itself: run it again later")
        token = following


def add(call: Calling, _: str, _list: str, status: str, addresses: Sequence[str]) -> Refused:
    for each in addresses:
        call.send("PUT", PATH, {"EmailAddress": each, "Reason": _REASON.get(status, "BOUNCE")})
    return {}


def remove(call: Calling, _: str, _list: str, _status: str, addresses: Sequence[str]) -> Refused:
    for each in addresses:
        call.send("DELETE", f"{PATH}/{quote(each, safe='')}", missing=True)
    return {}


PROVIDER = Provider(
    title="Amazon SES",
    source="SES",
    base="https://email.{part}.amazonaws.com",
    auth=Signed,
    pages=pages,
    key="ACCESS_KEY_ID:SECRET_ACCESS_KEY of a user that may use the suppression list (IAM)",
    part="region",
    can=Can(writes=dict.fromkeys(("suppressed", "paused", "complained", "unsubscribed"), LIST)),
    add=add,
    remove=remove,
    per_second=1.0,
)
