"""How fast is the server? A real one and its load generator on loopback, sharing the machine's processors.

The figures that are asked for are those of two cores; each stands in the note beside the measured one. Rates stand
beside `json.loads` of the same events in one thread, durations beside an echo over loopback: what else the machine does
slows both.
"""

import hashlib
import http.client
import json
import multiprocessing
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median, quantiles

from prellbock.bench import Figure, Figures
from prellbock.bench.echo import Echo, echo

EVENTS = 300_000
LIST = 100_000
"""Addresses of one check."""
ROUNDS = 5
SINGLES = 3000
LOAD = 20_000
"""Events per second beside the single checks."""
_PIECE = 1 << 18
_YARDSTICK_LINES = 50_000


def processor_seconds(pid: int) -> float:
    """What a process and its children have used (Linux: proc(5)); 0 where that is not told."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        children = [
            name for each in Path(f"/proc/{pid}/task").iterdir() for name in (each / "children").read_text().split()
        ]
    except OSError:
        return 0.0
    ticks = int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK") + sum(processor_seconds(int(child)) for child in children)


class Server:
    """``prellbock serve`` on a fresh folder."""

    def __init__(self, process: "subprocess.Popen[bytes]", host: str, token: str) -> None:
        self.process, self.host = process, host
        self.headers = {"Authorization": f"Bearer {token}"}

    def connect(self) -> http.client.HTTPConnection:
        """A connection that is kept."""
        return http.client.HTTPConnection(self.host, timeout=120)

    def ask(
        self, connection: http.client.HTTPConnection, method: str, path: str, body: bytes | None = None
    ) -> dict[str, object]:
        """One request; its answer as JSON. Raises RuntimeError if it is refused."""
        connection.request(method, path, body, {**self.headers, "Content-Type": "application/json"})
        answer = connection.getresponse()
        content = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{method} {path}: {answer.status} {content[:200]!r}")
        found: dict[str, object] = json.loads(content)
        return found


@contextmanager
def serving(folder: Path) -> Iterator[Server]:
    """A server on a new data folder, which takes more from one token than a real one would."""
    unlimited = {f"PRELLBOCK_LIMITS_REQUESTS_{name}": "1000000" for name in ("PER_SECOND", "AT_ONCE")}
    command = [sys.executable, "-m", "prellbock", "serve", "--data", str(folder), "--port", "0"]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, env={**os.environ, **unlimited})
    read_on = threading.Thread(target=_read_on, args=(process,), daemon=True)
    try:
        assert process.stderr is not None
        said = b""
        for line in process.stderr:
            said += line
            if found := re.search(rb" at http://(\S+)", line):
                read_on.start()
                yield Server(process, found[1].decode(), (folder / "token").read_text().strip())
                return
        raise RuntimeError(f"the server did not start: {said.decode()}")
    finally:
        process.terminate()
        process.wait()


def _read_on(process: "subprocess.Popen[bytes]") -> None:
    """Takes the server's log, which would fill the pipe and stop the server."""
    assert process.stderr is not None
    for _ in process.stderr:
        pass


def run() -> Figures:
    """Ingest, checks and the feed; takes about a minute and a half."""
    with tempfile.TemporaryDirectory() as folder:
        stream = Path(folder) / "events.ndjson"
        size = ["--responses", str(EVENTS), "--recipients", str(EVENTS), "--delivered", "0.95", "--seed", "1"]
        with stream.open("wb") as out:
            subprocess.run([sys.executable, "-m", "prellbock", "simulate", *size], stdout=out, check=True)
        with stream.open("rb") as file:
            lines = [file.readline() for _ in range(LIST)]
        addresses = [json.loads(line)["recipient"] for line in lines]
        with serving(Path(folder) / "data") as server, echo() as reference:
            loads = [_loads(lines)]
            figures = _ingest(server, stream)
            loads.append(_loads(lines))
            figures |= _checks(server, addresses)
            loads.append(_loads(lines))
            figures |= _singles("idle", server, addresses, reference, "5 ms")
            feeding = multiprocessing.get_context("spawn").Process(target=feed, args=(server.host, server.headers))
            feeding.start()
            figures |= _singles("under_load", server, addresses, reference, f"25 ms under {LOAD:,} events/s")
            figures["feed_lag_p95"] = _lag(server)
            feeding.terminate()
            feeding.join()
    rate = median(loads)
    for figure in figures.values():
        if figure["unit"].endswith("/s"):
            figure["ratio"], figure["of"] = figure["value"] / rate, "json_loads"
    return {"json_loads": {"value": rate, "unit": "events/s"}, **figures}


def _loads(lines: list[bytes]) -> float:
    """Lines per second that `json.loads` reads in one thread."""
    begin = time.perf_counter()
    for line in lines[:_YARDSTICK_LINES]:
        json.loads(line)
    return _YARDSTICK_LINES / (time.perf_counter() - begin)


def _ingest(server: Server, stream: Path) -> Figures:
    used = processor_seconds(server.process.pid)
    with stream.open("rb") as file:
        begin = time.perf_counter()
        connection = server.connect()
        connection.request("POST", "/v1/events", iter(lambda: file.read(_PIECE), b""), server.headers)
        counts = json.loads(connection.getresponse().read())
        taken = time.perf_counter() - begin
    if counts["new"] != EVENTS:
        raise RuntimeError(f"not all events were taken: {counts}")
    used = processor_seconds(server.process.pid) - used
    return {
        "ingest": {"value": EVENTS / taken, "unit": "events/s", "note": "asked: 60,000"},
        "ingest_by_processor": _by_processor(EVENTS, used, "events"),
    }


def _checks(server: Server, addresses: list[str]) -> Figures:
    """The best of some rounds: what else the machine does is not the server's."""
    connection = server.connect()
    key = server.ask(connection, "GET", "/v1/key")
    secret = bytes.fromhex(str(key["secret"]))
    hashes = [hashlib.blake2b(each.encode(), digest_size=16, key=secret).hexdigest() for each in addresses]
    headers = {**server.headers, "Content-Type": "application/json"}
    found: Figures = {}
    for name, body, asked in (
        ("check_plain", {"addresses": addresses}, "300,000"),
        ("check_hashed", {"hashes": hashes, "key": key["key"]}, "150,000"),
    ):
        encoded = json.dumps(body).encode()
        best, used = 0.0, processor_seconds(server.process.pid)
        for _ in range(ROUNDS):
            begin = time.perf_counter()
            connection.request("POST", "/v1/check", encoded, headers)
            octets = connection.getresponse().read()
            best = max(best, len(addresses) / (time.perf_counter() - begin))
            if octets.count(b'"may_mail"') != len(addresses):
                raise RuntimeError(f"{name}: not all addresses were answered")
        used = processor_seconds(server.process.pid) - used
        found[name] = {"value": best, "unit": "addresses/s", "note": f"asked: {asked}"}
        found[f"{name}_by_processor"] = _by_processor(ROUNDS * len(addresses), used, "addresses")
    return found


def _by_processor(count: int, seconds: float, unit: str) -> Figure:
    """What one processor of the server does in a second: other work on the machine hardly changes it."""
    return {"value": count / max(seconds, 0.01), "unit": f"{unit}/s", "note": "of a processor, for the server alone"}


def _singles(when: str, server: Server, addresses: list[str], reference: Echo, asked: str) -> Figures:
    """One address a request; between two of them an echo, which meets the same disturbances."""
    connection = server.connect()
    taken: list[float] = []
    echoed: list[float] = []
    used = processor_seconds(server.process.pid)
    for number in range(SINGLES):
        body = json.dumps({"addresses": [addresses[number]]}).encode()
        echoed.append(reference.seconds())
        begin = time.perf_counter()
        server.ask(connection, "POST", "/v1/check", body)
        taken.append(time.perf_counter() - begin)
    used = processor_seconds(server.process.pid) - used
    found: Figures = {}
    for percent in (50, 99):
        check, own = (quantiles(each, n=100)[percent - 1] * 1000 for each in (taken, echoed))
        name = f"echo_{when}_p{percent}"
        found[name] = {"value": own, "unit": "ms"}
        found[f"single_{when}_p{percent}"] = {"value": check, "unit": "ms", "ratio": check / own, "of": name}
    found[f"single_{when}_p99"]["note"] = f"asked: {asked}"
    if when == "idle":
        found["single_processor"] = {"value": used / SINGLES * 1000, "unit": "ms", "note": "processor time of a check"}
    return found


def feed(host: str, headers: dict[str, str]) -> None:
    """Sends deliveries at the rate of `LOAD` without end, a second's worth in each body."""
    connection = http.client.HTTPConnection(host, timeout=120)
    begin, number = time.monotonic(), 0
    while True:
        made = (
            b'{"id":"load-%d","time":1767600000,"recipient":"load%d@example.com","outcome":"delivered"}\n'
            % (each, each % 500_000)
            for each in range(number, number + LOAD)
        )
        connection.request("POST", "/v1/events", b"".join(made), headers)
        connection.getresponse().read()
        number += LOAD
        time.sleep(max(0.0, begin + number / LOAD - time.monotonic()))


def _lag(server: Server) -> Figure:
    """From sending an event until its decision is in the feed, while the load goes on."""
    connection = server.connect()
    cursor = server.ask(connection, "GET", "/v1/changes?limit=10000")
    while cursor["more"]:
        cursor = server.ask(connection, "GET", f"/v1/changes?limit=10000&cursor={cursor['cursor']}")
    lags: list[float] = []
    for number in range(30):
        event = {"time": 1767600000, "recipient": f"lag{number}@example.com", "outcome": "complaint"}
        begin = time.perf_counter()
        server.ask(connection, "POST", "/v1/events", json.dumps(event).encode())
        while not (cursor := server.ask(connection, "GET", f"/v1/changes?wait=10&cursor={cursor['cursor']}"))["items"]:
            pass
        lags.append(time.perf_counter() - begin)
    return {"value": quantiles(lags, n=20)[18], "unit": "s", "note": "asked: 5 s"}
