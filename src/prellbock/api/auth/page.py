"""Pages that work before any front end does: plain HTML, no scripts."""

from litestar import Response

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
_PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Prellbock</title>
<style>body{{font:1rem/1.5 system-ui,sans-serif;max-width:26rem;margin:4rem auto;padding:0 1rem}}
label{{display:block;margin:1rem 0}}input{{display:block;width:100%;font:inherit;padding:.4rem;box-sizing:border-box}}
button{{font:inherit;padding:.4rem 1rem}}[role=alert]{{color:#a00}}</style>
<h1>Prellbock</h1>{body}</html>
"""


def page(body: str, status: int) -> Response[str]:
    """A page; ``body`` is HTML in which everything foreign is escaped."""
    return Response(
        _PAGE.format(body=body), status_code=status, media_type="text/html; charset=utf-8",
        headers={"Content-Security-Policy": _POLICY},
    )  # fmt: skip
