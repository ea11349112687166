"""Brokers over TLS: an authority that is named, one that is not, another host, and a server without TLS.

NATS is a private instance with a certificate made here; before RabbitMQ and Redis stands a relay that speaks TLS.
"""

import asyncio
import contextlib
import datetime
import secrets
import shutil
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import Future
from pathlib import Path

import msgspec
import pytest
from brokers import PORTS, needs
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from processes import DEADLINE_SECONDS, Command

from prellbock.publishing.kinds import KINDS
from prellbock.sinks.brokers.broker import BrokerError
from prellbock.sinks.message import Message

MESSAGE = Message(1, "decision_1_ff", "io.prellbock.recipient.paused", "k", b"{}")


class Authority(msgspec.Struct):
    """What a test trusts: the authority's certificate, and one of a server called localhost that it has signed."""

    pem: str
    certificate: Path
    key: Path


def authority(folder: Path) -> Authority:
    folder.mkdir()
    now = datetime.datetime.now(datetime.UTC)
    keys = [ec.generate_private_key(ec.SECP256R1()) for _ in range(2)]
    names = [x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]) for name in ("authority", "localhost")]

    def signed(at: int, *more: x509.ExtensionType) -> bytes:
        made = x509.CertificateBuilder().subject_name(names[at]).issuer_name(names[0]).public_key(keys[at].public_key())
        made = made.serial_number(x509.random_serial_number())
        made = made.not_valid_before(now - datetime.timedelta(days=1)).not_valid_after(now + datetime.timedelta(days=1))
        for each in more:
            made = made.add_extension(each, critical=isinstance(each, x509.BasicConstraints))
        return made.sign(keys[0], hashes.SHA256()).public_bytes(serialization.Encoding.PEM)

    usage = x509.KeyUsage(True, False, False, False, False, True, True, False, False)
    above = x509.AuthorityKeyIdentifier.from_issuer_public_key(keys[0].public_key())
    own = x509.SubjectKeyIdentifier.from_public_key(keys[0].public_key())
    pem = signed(0, x509.BasicConstraints(ca=True, path_length=None), usage, own)
    of_server = signed(1, x509.SubjectAlternativeName([x509.DNSName("localhost")]), above)
    (folder / "server.pem").write_bytes(of_server)
    (folder / "server.key").write_bytes(
        keys[1].private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return Authority(pem.decode(), folder / "server.pem", folder / "server.key")


@contextlib.contextmanager
def relay(there: int, trusted: Authority) -> Iterator[int]:
    """Speaks TLS at a port of its own, and hands on to another port of this machine."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(trusted.certificate, trusted.key)
    listens: Future[tuple[int, Callable[[], object]]] = Future()

    async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while octets := await reader.read(65536):
                writer.write(octets)
                await writer.drain()
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()

    async def hand_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        inner, outer = await asyncio.open_connection("127.0.0.1", there)
        await asyncio.gather(pump(reader, outer), pump(inner, writer))

    async def serve() -> None:
        loop, ended = asyncio.get_running_loop(), asyncio.Event()
        server = await asyncio.start_server(hand_on, "127.0.0.1", 0, ssl=context)
        port = int(server.sockets[0].getsockname()[1])
        listens.set_result((port, lambda: loop.call_soon_threadsafe(ended.set)))
        async with server:
            await ended.wait()
            server.close()
            while others := asyncio.all_tasks() - {asyncio.current_task()}:
                await asyncio.wait(others)

    thread = threading.Thread(target=lambda: asyncio.run(serve()), daemon=True)
    thread.start()
    port, end = listens.result(30)
    try:
        yield port
    finally:
        end()
        thread.join(30)


@contextlib.contextmanager
def nats_server(folder: Path, trusted: Authority) -> Iterator[int]:
    if shutil.which("nats-server") is None:
        pytest.skip("service nats-server is not installed")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    command = ["nats-server", "-a", "127.0.0.1", "-p", str(port), "-js", "-sd", str(folder / "store"), "--tls",
               "--tlscert", str(trusted.certificate), "--tlskey", str(trusted.key)]  # fmt: skip
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        end = time.monotonic() + DEADLINE_SECONDS
        while True:
            with contextlib.suppress(OSError):
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            assert time.monotonic() < end and process.poll() is None
            time.sleep(0.02)
        yield port
    finally:
        process.terminate()
        process.wait()


async def put(kind: str, settings: dict[str, object], url: str) -> None:
    connect = KINDS[kind].connect
    assert connect is not None
    broker = connect(msgspec.convert(settings, KINDS[kind].settings), url)
    try:
        await broker.put([MESSAGE])
    finally:
        await broker.close()


def check(kind: str, settings: dict[str, object], url: str, trusted: Authority, other: Authority) -> None:
    """``url`` has {host} where the host belongs."""

    async def through() -> None:
        await put(kind, {**settings, "ca": trusted.pem}, url.format(host="localhost"))
        for ca, host in ((None, "localhost"), (other.pem, "localhost"), (trusted.pem, "127.0.0.1")):
            with pytest.raises(BrokerError, match="certificate is not trusted") as told:
                await put(kind, {**settings, "ca": ca}, url.format(host=host))
            assert "secret" not in str(told.value)

    asyncio.run(through())


def test_rabbitmq(tmp_path: Path) -> None:
    needs("rabbitmq")
    trusted, other = authority(tmp_path / "one"), authority(tmp_path / "other")
    name = f"prellbock-{secrets.token_hex(6)}"

    async def declared(work: Callable[[], Awaitable[object]] | None = None) -> None:
        from aiormq import connect

        connection = await connect("amqp://guest:guest@127.0.0.1/")
        channel = await connection.channel()
        await (channel.queue_declare(name) if work is None else channel.queue_delete(name))
        await connection.close()

    asyncio.run(declared())
    try:
        with relay(PORTS["rabbitmq"], trusted) as port:
            check("rabbitmq", {"routing_key": name}, f"amqps://guest:guest@{{host}}:{port}/", trusted, other)
    finally:
        asyncio.run(declared(lambda: asyncio.sleep(0)))


def test_redis(tmp_path: Path) -> None:
    needs("redis")
    trusted, other = authority(tmp_path / "one"), authority(tmp_path / "other")
    name = f"prellbock-{secrets.token_hex(6)}"
    try:
        with relay(PORTS["redis"], trusted) as port:
            check("redis", {"stream": name}, f"rediss://{{host}}:{port}/0", trusted, other)
    finally:
        from redis import Redis

        Redis.from_url("redis://127.0.0.1:6379/0").delete(name)


def test_nats(tmp_path: Path) -> None:
    trusted, other = authority(tmp_path / "one"), authority(tmp_path / "other")

    async def stream(port: int) -> None:
        import nats

        client = await nats.connect(
            f"tls://localhost:{port}", tls=ssl.create_default_context(cadata=trusted.pem), connect_timeout=10
        )
        await client.jetstream().add_stream(name="decisions", subjects=["decisions"])
        await client.close()

    with nats_server(tmp_path, trusted) as port:
        asyncio.run(stream(port))
        check("nats", {"subject": "decisions"}, f"tls://{{host}}:{port}", trusted, other)


def test_nats_without_tls_gets_no_password(tmp_path: Path) -> None:
    """A server (or somebody in between) that says it wants no TLS is not told who we are."""
    heard, ended = b"", asyncio.Event()

    async def plain(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal heard
        writer.write(b'INFO {"server_id":"x","version":"2.9.0","max_payload":1048576,"auth_required":true}\r\n')
        with contextlib.suppress(OSError):
            heard += await reader.read(65536)
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()
        ended.set()

    async def through() -> None:
        server = await asyncio.start_server(plain, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(BrokerError, match="speaks no TLS") as told:
            await put("nats", {"subject": "decisions"}, f"tls://us:secret@127.0.0.1:{port}")
        assert "secret" not in str(told.value)
        # It hangs up on who is none for us.
        await asyncio.wait_for(ended.wait(), DEADLINE_SECONDS)
        server.close()
        await server.wait_closed()

    asyncio.run(through())
    assert b"secret" not in heard and b"CONNECT" not in heard


def test_an_authority_out_of_a_file_and_one_that_is_none(tmp_path: Path) -> None:
    trusted = authority(tmp_path / "one")
    command = Command(tmp_path / "data")
    (tmp_path / "ca.pem").write_text(trusted.pem)
    (tmp_path / "url").write_text("tls://nats.example:4222")
    add = ("destinations", "add", "nats", "queue", "--secret-file", str(tmp_path / "url"), "--set")
    told = command.run(*add, "ca=none", check=False)
    assert told.returncode == 1 and b"BEGIN CERTIFICATE" in told.stderr
    told = command.run(*add, f"ca=@{tmp_path / 'missing'}", check=False)
    assert told.returncode == 2 and b"missing" in told.stderr
    [made] = command.lines(*add, f"ca=@{tmp_path / 'ca.pem'}")
    assert made["settings"]["ca"] == trusted.pem
