"""A month's report in the browser: read, printed, shared by a link that is revoked, mailed; and what a viewer sees."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from browsing import PASSWORD, become_admin, settled, sign_in
from january import fill
from playwright.sync_api import Page, expect
from processes import Server

expect.set_options(timeout=20_000)
JANUARY = "reports?month=2026-01"


@pytest.fixture
def filled(page: Page, serve: Callable[..., Server]) -> Server:
    server = serve()
    fill(server)
    become_admin(server.address, server.said)
    page.add_init_script("localStorage.setItem('language', 'en')")
    sign_in(page, server.address)
    return server


def test_a_month_is_read_narrowed_to_a_stream_and_printed(page: Page, filled: Server) -> None:
    page.goto(f"{filled.address}/{JANUARY}")
    settled(page)
    expect(page.get_by_role("heading", name="January 2026 · All streams")).to_be_visible()
    expect(page.get_by_text("On 1 day the hard-bounce rate was over the CSA limit of 1.0%")).to_be_visible()
    page.get_by_label("Stream", exact=True).last.select_option("order")
    expect(page.get_by_text("No day had the 500 messages")).to_be_visible()
    expect(page).to_have_url(re.compile("stream=order"))
    paper = page.get_by_role("link", name="PDF").get_attribute("href")
    assert paper == "/v1/reports/2026-01/pdf?language=en&stream=order"
    answer = page.request.get(f"{filled.address}{paper}")
    assert (answer.status, answer.headers["content-type"]) == (200, "application/pdf")
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    page.emulate_media(media="print")
    ink = page.locator("h2.title").evaluate("each => getComputedStyle(each).color")
    assert ink == "rgb(21, 32, 43)", "paper is light"
    expect(page.locator("pb-rail")).to_be_hidden()
    expect(page.get_by_role("button", name="Print")).to_be_hidden()
    expect(page.get_by_role("heading", name="January 2026 · order")).to_be_visible()


def test_an_empty_and_a_running_month_say_so(page: Page, filled: Server) -> None:
    page.goto(f"{filled.address}/reports?month=2026-02")
    settled(page)
    expect(page.get_by_text("Nothing came in in this month.")).to_be_visible()
    page.get_by_role("button", name=re.compile("^Show ")).click()
    expect(page).to_have_url(re.compile(f"month={datetime.now(UTC) - timedelta(minutes=1):%Y-%m}"))
    expect(page.get_by_text("The month is not over: figures go until")).to_be_visible()
    expect(page.get_by_role("button", name="The month after")).to_be_disabled()


def test_a_link_is_made_opened_without_an_account_and_revoked(page: Page, filled: Server) -> None:
    page.goto(f"{filled.address}/{JANUARY}&stream=news")
    settled(page)
    page.get_by_role("button", name="Link", exact=True).click()
    sheet = page.locator("pb-sheet")
    sheet.get_by_label("Language").select_option("de")
    sheet.get_by_role("button", name="Make a link").click()
    link = sheet.locator("pb-copied code").inner_text()
    assert httpx.get(link).headers["content-type"] == "application/pdf"
    expect(sheet.get_by_role("cell", name="January 2026, news")).to_be_visible()
    sheet.get_by_role("button", name="Revoke").click()
    expect(page.get_by_text("The link to January 2026, news leads nowhere any more.")).to_be_visible()
    expect(sheet.get_by_text("No link holds.")).to_be_visible()
    assert httpx.get(link).status_code == 410


def test_a_mail_is_set_up_paused_and_removed_with_undo(page: Page, filled: Server) -> None:
    page.goto(f"{filled.address}/{JANUARY}&stream=news&panel=mail")
    settled(page)
    sheet = page.locator("pb-sheet")
    expect(sheet.get_by_text("No mail server is configured")).to_be_visible()
    sheet.get_by_label("Recipients").fill("boss@shop.example\nada@shop.example")
    sheet.get_by_label("Day of the month").select_option("2")
    sheet.get_by_role("button", name="Save").click()
    expect(sheet.get_by_text("2 recipients")).to_be_visible()
    [mail] = filled.client.get("/v1/reports/mails").json()["items"]
    assert (mail["stream"], mail["day"]) == ("news", 2)
    sheet.get_by_role("button", name="Pause").click()
    expect(sheet.get_by_text("paused")).to_be_visible()
    sheet.get_by_role("button", name="Remove").click()
    expect(sheet.get_by_text("Nobody gets a report by mail.")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(sheet.get_by_text("2 recipients")).to_be_visible()


def test_who_only_reads_shares_nothing(page: Page, filled: Server) -> None:
    link = filled.client.post("/v1/users", json={"name": "vera", "role": "viewer"}).json()["link"]
    key = link.partition("key=")[2]
    body = {"key": key, "name": "vera", "password": PASSWORD}
    httpx.post(f"{filled.address}/v1/invitation", json=body).raise_for_status()
    page.context.clear_cookies()
    sign_in(page, filled.address, "vera")
    page.goto(f"{filled.address}/{JANUARY}&panel=link")
    settled(page)
    expect(page.get_by_role("link", name="PDF")).to_be_visible()
    for name in ("Link", "By mail"):
        expect(page.get_by_role("button", name=name, exact=True)).to_have_count(0)
    expect(page.locator("pb-sheet")).to_have_count(0)
