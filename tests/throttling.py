"""A proxy before an AWS of moto that throttles: some requests it does not pass on, of others it loses the answer."""

import http.client
import random
import threading
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

DYNAMODB = b'{"__type":"com.amazonaws.dynamodb.v20120810#ThrottlingException","message":"Rate exceeded"}'
S3 = b"<Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>"


class _Requests(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    proxy: "Throttling"

    def _pass_on(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        is_table = "DynamoDB" in self.headers.get("X-Amz-Target", "")
        fate = self.proxy.fate() if is_table or "X-Amz-Target" not in self.headers else ""
        if fate != "refused":
            upstream = http.client.HTTPConnection(self.proxy.netloc, timeout=30)
            upstream.request(self.command, self.path, body, dict(self.headers))
            answer = upstream.getresponse()
            status, headers, content = answer.status, answer.getheaders(), answer.read()
            upstream.close()
        if fate:
            status, content = (400, DYNAMODB) if is_table else (503, S3)
            headers = [("Content-Type", "application/x-amz-json-1.0" if is_table else "application/xml")]
        self.send_response(status)
        for name, value in headers:
            if name.lower() not in ("content-length", "connection", "transfer-encoding", "date", "server"):
                self.send_header(name, value)
        length = dict(headers).get("Content-Length", "0") if self.command == "HEAD" else str(len(content))
        self.send_header("Content-Length", length)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = _pass_on  # noqa: N815 -- the names are those of the base class

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- the name is that of the base class
        """No log."""


class Throttling:
    """The proxy. ``share`` of the requests of S3 and DynamoDB are throttled; ``said`` counts how."""

    def __init__(self, url: str, share: float, *, seed: int) -> None:
        self.netloc = urlsplit(url).netloc
        self.said: Counter[str] = Counter()
        self._share, self._chance, self._lock = share, random.Random(seed), threading.Lock()
        requests = type("Requests", (_Requests,), {"proxy": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), requests)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def fate(self) -> str:
        """What becomes of the next request: ``refused``, ``lost`` (it has worked, and nobody is told), or nothing."""
        with self._lock:
            if self._chance.random() >= self._share:
                return ""
            fate = self._chance.choice(["refused", "lost"])
            self.said[fate] += 1
            return fate

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
