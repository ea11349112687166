"""Which addresses a destination may have, however somebody writes them."""

import asyncio
import socket

import pytest

from prellbock.sinks.posting import Posting
from prellbock.sinks.reaching import AddressError, UrlError, check_url, is_public
from prellbock.sinks.resolving import public_socket


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "192.168.0.1", "100.64.0.1", "169.254.169.254", "0.0.0.0", "224.0.0.1",
        "255.255.255.255", "::", "::1", "fe80::1%eth0", "fc00::1", "fec0::1", "::127.0.0.1", "::ffff:10.0.0.1",
        "64:ff9b::7f00:1", "64:ff9b:1::7f00:1", "2002:7f00:1::", "2001:db8::1", "100::1", "ff02::1",
    ],
)  # fmt: skip
def test_what_is_not_of_the_internet(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c", "64:ff9b::5db8:d70e"])
def test_what_is_of_the_internet(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "url",
    [
        "https://①②⑦.⓪.⓪.①/", "https://127。0。0。1/", "https://１２７.0.0.1/", "https://[::127.0.0.1]/",
        "https://ⓛocalhost/", "https://localhost./", "https://printer.local/", "https://user@a.example/",
        "http://a.example/", "https://a.example:port/", "https://2130706433/", "https://0x7f.1/",
        "https://0177.0.0.1/", "https://127.1/", "https://127.1./", "https://127.0.0.1./", "https://③232235521/",
    ],
)  # fmt: skip
def test_a_url_that_is_refused(url: str) -> None:
    """Clients write circled digits and other full stops out (UTS 46), so such a host is an address for them."""
    with pytest.raises(UrlError):
        check_url(url, private=False)


@pytest.mark.parametrize("url", ["https://a.example/", "https://93.184.215.14/", "https://1572395790/", "https://1.a/"])
def test_a_url_that_is_taken(url: str) -> None:
    check_url(url, private=False)


def test_the_last_check_is_of_the_address_that_is_connected_to(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever passes the other checks, say because a name leads elsewhere by now."""
    monkeypatch.setattr("prellbock.sinks.posting.check_url", lambda url, *, private: None)

    async def post(url: str) -> str:
        async with Posting(timeout=30) as posting:
            answer = await posting.post(url, {}, b"{}", private=False)
            assert answer.code is None
            return answer.text

    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.setblocking(False)
        port = listening.getsockname()[1]
        for host in ("127.0.0.1", "①②⑦.⓪.⓪.①", "localhost", "127.1"):
            said = asyncio.run(post(f"http://{host}:{port}/"))
            assert "not on the internet" in said or "InvalidUrl" in said
        with pytest.raises(BlockingIOError):
            listening.accept()
    with pytest.raises(AddressError):
        public_socket((socket.AF_INET6, socket.SOCK_STREAM, 6, "", ("::1", 443, 0, 0)))
