"""What a busy server says of itself: log, metrics and traces, and never an address or a secret."""

import json
import re
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from processes import Command, Server, dead, event, ndjson, sign_up

PASSWORD = "correct horse battery staple"


class Collector(ThreadingHTTPServer):
    """Receives OTLP over HTTP, as a collector does."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Receiving)
        self.spans: list[dict[str, Any]] = []
        self.octets = b""
        self.keys: set[str | None] = set()

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/v1/traces"


class _Receiving(BaseHTTPRequestHandler):
    server: Collector

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.keys.add(self.headers.get("x-key"))
        self.server.octets += body
        for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
            process = {each.key: each.value.string_value for each in resource.resource.attributes}
            for scope in resource.scope_spans:
                for span in scope.spans:
                    facts = {each.key: each.value.string_value or each.value.int_value for each in span.attributes}
                    self.server.spans.append({
                        "name": span.name, "trace": span.trace_id.hex(), "id": span.span_id.hex(),
                        "parent": span.parent_span_id.hex(), "service": process["service.name"],
                        "process": process["prellbock.process"], "failed": span.status.code == 2, **facts,
                    })  # fmt: skip
        self.send_response(200)
        self.send_header("Content-Type", "application/x-protobuf")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


@pytest.fixture
def collector() -> Iterator[Collector]:
    with Collector() as started:
        threading.Thread(target=started.serve_forever, daemon=True).start()
        yield started
        started.shutdown()


def configured(folder: Path, lines: str) -> str:
    file = folder / "prellbock.toml"
    file.write_text(lines)
    file.chmod(0o600)
    return str(file)


def busy(server: Server) -> list[str]:
    """Does everything that has to do with addresses and secrets, well and badly; returns what must not be seen."""
    client = server.client
    client.post("/v1/events", content=dead("gone.person@secret.example") + "no.event@secret.example\n")
    client.post("/v1/events", content=b'{"recipient": "half.person@secret.example"')
    client.post("/v1/mails", content=b"From: x.person@secret.example\n\nTo y.person@secret.example\n")
    client.post("/v1/check", json={"addresses": ["ask.person@secret.example", "no address@@secret.example"]})
    client.get("/v1/recipients/gone.person@secret.example")
    client.get("/v1/recipients/%00bad.person@secret.example")
    client.get("/v1/nothing/lost.person@secret.example?to=query.person@secret.example")
    client.post(
        "/v1/recipients/note", json={"addresses": ["u.person@secret.example"], "reason": "v.person@secret.example"}
    )
    client.post("/v1/recipients/note", content=b'{"addresses": "broken.person@secret.example"')
    client.post("/v1/classify", content=b"550 5.1.1 <c.person@secret.example>: no such user")
    client.request("BREW", "/v1/recipients/w.person@secret.example")
    link = client.post("/v1/users", json={"name": "ada", "role": "editor"}).json()["link"]
    sign_up(server, link, "ada", PASSWORD)
    token = client.post("/v1/tokens", json={"name": "shop", "scopes": ["check"]}).json()["token"]
    with httpx.Client(base_url=server.address) as other:
        other.get("/v1/key", headers={"Authorization": f"Bearer {token}"})
        other.get("/v1/key", headers={"Authorization": "Bearer a-wrong-token-of-somebody"})
        other.post("/v1/session", json={"name": "ada", "password": "a wrong password of hers"})
        session = other.post("/v1/session", json={"name": "ada", "password": PASSWORD}).json()
        cookie = other.cookies["prellbock_session"]
        other.get("/setup", params={"key": link.partition("=")[2]})
    key = client.get("/v1/key").json()["secret"]
    Command(server.data).run("suppress", "cli.person@secret.example", "--reason", "z.person@secret.example")
    first = re.search(r"key=([\w-]{20,})", server.said)
    secrets = [server.token, link.partition("=")[2], token, session["csrf"], cookie, key, PASSWORD]
    return [*secrets, "a-wrong-token-of-somebody", "a wrong password of hers", "person@", "secret.example",
            *([first[1]] if first else [])]  # fmt: skip


@pytest.mark.parametrize("format_", ["json", "console"])
def test_neither_log_nor_metrics_nor_traces_hold_addresses_or_secrets(
    serve: Callable[..., Server], collector: Collector, tmp_path: Path, format_: str
) -> None:
    config = configured(
        tmp_path,
        f'[log]\nlevel = "debug"\nformat = "{format_}"\n'
        f'[traces]\nendpoint = "{collector.endpoint}"\nheaders = {{ x-key = "of the collector" }}\n',
    )
    server = serve("--config", config)
    hidden = [*busy(server), "of the collector"]
    metrics = server.client.get("/metrics").text
    assert server.stop() == 0
    said = server.said
    if format_ == "console":
        # What people are told at the start holds the one-time link on purpose; the log is what follows.
        said = re.sub(r"open http\S+ once to become the admin", "", said)
    else:
        lines = [json.loads(line) for line in said.splitlines()]
        assert all({"event", "level", "timestamp"} <= line.keys() for line in lines)
    assert "/v1/recipients/{address}" in said
    assert len(collector.spans) > 20
    assert collector.keys == {"of the collector"}
    for secret in hidden:
        assert secret not in said, secret
        assert secret not in metrics, secret
        assert secret.encode() not in collector.octets, secret
    assert "Traceback" not in said


def test_a_request_is_found_again_by_its_id(serve: Callable[..., Server], tmp_path: Path) -> None:
    server = serve("--config", configured(tmp_path, '[log]\nformat = "json"\n'))
    answer = server.client.post("/v1/check", content=b"u@example.com", headers={"X-Request-ID": "campaign-7"})
    assert answer.headers["x-request-id"] == "campaign-7"
    odd = [server.client.get("/v1/key", headers={"X-Request-ID": given}) for given in ("a b", "x" * 65, "<script>")]
    made = {each.headers["x-request-id"] for each in odd}
    assert len(made) == 3
    assert all(re.fullmatch("[0-9a-f]{16}", each) for each in made)
    server.client.get("/health")
    server.stop()
    lines = [json.loads(line) for line in server.said.splitlines()]
    (line,) = [line for line in lines if line.get("request") == "campaign-7"]
    assert (line["event"], line["method"], line["route"], line["status"]) == ("request", "POST", "/v1/check", 200)
    assert line["who"] == "operator token"
    assert line["ms"] >= 0
    assert not [line for line in lines if line.get("route") == "/health"]


def test_levels_and_no_access_log(serve: Callable[..., Server], tmp_path: Path) -> None:
    server = serve("--config", configured(tmp_path, '[log]\nlevel = "warning"\n'))
    server.client.get("/v1/key")
    server.stop()
    assert "/v1/key" not in server.said
    assert "request" not in server.said


def test_one_trace_from_the_caller_to_the_worker(
    serve: Callable[..., Server], collector: Collector, tmp_path: Path
) -> None:
    server = serve("--config", configured(tmp_path, f'[traces]\nendpoint = "{collector.endpoint}"\n'))
    trace, caller = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
    body = dead("u@example.com") + ndjson(event("v@example.com", 1767600000, "delivered")) + "bad\n"
    server.client.post("/v1/events", content=body, headers={"traceparent": f"00-{trace}-{caller}-01"})
    # Whoever calls may also have decided that it is not traced.
    server.client.get("/v1/key", headers={"traceparent": f"00-{'1' * 32}-{caller}-00"})
    server.client.get("/v1/users", headers={"traceparent": "nonsense"})
    assert server.stop() == 0
    spans = {span["name"]: span for span in collector.spans if span["trace"] == trace}
    request, ingest, batch = spans["POST /v1/events"], spans["ingest"], spans["batch"]
    assert (request["parent"], ingest["parent"], batch["parent"]) == (caller, request["id"], ingest["id"])
    assert (request["process"], ingest["process"]) == ("server", "worker")
    assert (request["http.route"], request["http.response.status_code"]) == ("/v1/events", 200)
    assert (ingest["prellbock.read"], ingest["prellbock.bad"], batch["prellbock.events"]) == (4, 1, 3)
    assert not [span for span in collector.spans if span["trace"] == "1" * 32]
    (users,) = [span for span in collector.spans if span["name"] == "GET /v1/users"]
    assert users["parent"] == ""
    assert {span["service"] for span in collector.spans} == {"prellbock"}


def test_a_collector_that_is_down_costs_nobody_anything(serve: Callable[..., Server], tmp_path: Path) -> None:
    server = serve("--config", configured(tmp_path, '[traces]\nendpoint = "http://127.0.0.1:9/v1/traces"\n'))
    assert server.client.get("/v1/key").status_code == 200
    assert server.stop() == 0


def test_without_traces_nothing_of_opentelemetry_is_imported(server: Server) -> None:
    maps = Path(f"/proc/{server.process.pid}/maps")
    if not maps.exists():
        pytest.skip("needs /proc of Linux")
    server.client.get("/v1/key")
    assert "google/_upb" not in maps.read_text()
