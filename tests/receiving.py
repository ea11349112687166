"""Webhook receivers on loopback for tests: what they took, and how they misbehave."""

import asyncio
import json
import threading
from collections.abc import Callable
from typing import Any

from aiohttp import web


class Receiver:
    """Takes whatever is posted to it; ``behave`` gives the status code of each request (None: it hangs)."""

    def __init__(self) -> None:
        self.requests: list[tuple[str, dict[str, str], bytes]] = []
        """Path, headers and body of every request, in order."""
        self.taken: list[tuple[str, dict[str, Any]]] = []
        """Path and body of those that were answered with 2xx."""
        self.behave: Callable[[str, dict[str, Any]], int | None] = lambda path, body: 204
        self.headers: dict[str, str] = {}
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), daemon=True)
        self._thread.start()
        assert self._ready.wait(30)

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._end = asyncio.Event()
        app = web.Application()
        app.router.add_post("/{path:.*}", self._take)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0, backlog=1024)
        await site.start()
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        self._ready.set()
        await self._end.wait()
        await runner.cleanup()

    async def _take(self, request: web.Request) -> web.Response:
        raw = await request.read()
        self.requests.append((request.path, dict(request.headers), raw))
        body = json.loads(raw)
        status = self.behave(request.path, body)
        if status is None:
            await self._end.wait()
            status = 503
        if 200 <= status < 300:
            self.taken.append((request.path, body))
        return web.Response(status=status, headers=self.headers, text="" if status == 204 else "so it is")

    def close(self) -> None:
        """Answers nobody any more."""
        self._loop.call_soon_threadsafe(self._end.set)
        self._thread.join(30)
