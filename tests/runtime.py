"""A local Runtime API for the real client of the Lambda runtime (awslambdaric), and functions that run in it.

https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
"""

import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self


class _Requests(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    runtime: "Runtime"

    def do_GET(self) -> None:
        """The next event; waits for one."""
        number, event, seconds = self.runtime.waiting.get()
        body = json.dumps(event).encode()
        self.send_response(200)
        self.send_header("Lambda-Runtime-Aws-Request-Id", str(number))
        self.send_header("Lambda-Runtime-Deadline-Ms", str(int((time.time() + seconds) * 1000)))
        self.send_header("Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:eu-central-1:1:function:f")
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        """A response or an error."""
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.runtime.answers.put((self.path.rpartition("/")[2], json.loads(body or b"null")))
        self.send_response(202)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- the name is that of the base class
        """No log."""


class Runtime:
    """The API, and one function instance at a time, a process of its own that can be killed."""

    def __init__(self, handler: str, environment: dict[str, str], *, python: str = sys.executable) -> None:
        self.waiting: queue.Queue[tuple[int, dict[str, Any], float]] = queue.Queue()
        self.answers: queue.Queue[tuple[str, Any]] = queue.Queue()
        requests = type("Requests", (_Requests,), {"runtime": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), requests)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self._command = [python, "-m", "awslambdaric", handler]
        self._environment = {
            **os.environ,
            "AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{self._server.server_address[1]}",
            "AWS_LAMBDA_FUNCTION_NAME": "f",
            "AWS_LAMBDA_FUNCTION_VERSION": "1",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "1769",
            **environment,
        }
        self._process: subprocess.Popen[bytes] | None = None
        self._number = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *args: object) -> None:
        self.kill()
        self._server.shutdown()
        self._server.server_close()

    def invoke(self, event: dict[str, Any], *, seconds: float = 60.0, kill_after: float | None = None) -> Any:
        """Calls the function; None where it was killed or ended with an error. ``seconds``: what it has."""
        if self._process is None or self._process.poll() is not None:
            self._process = subprocess.Popen(
                self._command, env=self._environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
        self._number += 1
        self.waiting.put((self._number, event, seconds))
        try:
            kind, answer = self.answers.get(timeout=kill_after if kill_after is not None else 120)
        except queue.Empty:
            self.kill()
            return None
        return answer if kind == "response" else None

    def kill(self) -> None:
        """As a time-out does, without a word."""
        if self._process is not None:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait()
            self._process = None
        while not self.waiting.empty():
            self.waiting.get_nowait()
