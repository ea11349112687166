"""Exports in the browser: one is set up in three steps, runs, shows its manifest, fails with what to do, and goes."""

import hashlib
from collections.abc import Callable

import pytest
from browsing import become_admin, settled, sign_in
from playwright.sync_api import Page, expect
from processes import Server

expect.set_options(timeout=20_000)


@pytest.fixture
def own(page: Page, serve: Callable[..., Server]) -> Server:
    """A server of this test alone with one suppression, its exports open."""
    server = serve()
    become_admin(server.address, server.said)
    body = {"addresses": ["kim@example.com"], "reason": "asked by phone"}
    server.client.post("/v1/recipients/suppress", json=body).raise_for_status()
    page.add_init_script("localStorage.setItem('language', 'en')")
    sign_in(page, server.address)
    page.goto(f"{server.address}/integrations?section=exports")
    settled(page)
    return server


def set_up(page: Page, name: str = "warehouse", schedule: str | None = None) -> None:
    form = page.locator("pb-exports form").first
    form.get_by_label("Name", exact=True).fill(name)
    form.get_by_label("Folder").fill("out")
    if schedule is not None:
        form.locator("input[name=schedule]").fill(schedule)
    form.get_by_role("button", name="Set up an export").click()


def test_one_is_set_up_runs_and_shows_its_manifest(page: Page, own: Server) -> None:
    expect(page.get_by_text("No export yet.")).to_be_visible()
    set_up(page, schedule="daily 03:00 Europe/Berlin")
    sheet = page.locator("pb-sheet")
    expect(sheet).to_contain_text("It has not run yet.")
    sheet.get_by_role("button", name="Run now").click()
    row = sheet.locator("pb-export-runs tr[data-row]").first
    expect(row).to_contain_text("done")
    row.focus()
    page.keyboard.press("Enter")
    [run] = own.client.get("/v1/exports/warehouse/runs").json()
    told = own.client.get(f"/v1/exports/warehouse/runs/{run['run']}").json()["files"][0]
    written = (own.data / "exports" / "out" / told["name"]).read_bytes()
    expect(sheet.locator("pb-export-runs")).to_contain_text(hashlib.sha256(written).hexdigest())
    expect(sheet.locator("pb-export-runs")).to_contain_text(told["name"])
    [kept] = own.client.get("/v1/exports").json()
    assert (kept["what"], kept["schedule"]) == ("suppressions", "daily 03:00 Europe/Berlin")


def test_a_schedule_is_read_aloud(page: Page, own: Server) -> None:
    field = page.locator("pb-exports form pb-schedule-field").first
    pressed = field.get_by_role("button", pressed=True)
    expect(pressed).to_have_text("Only when asked to")
    field.locator("input").fill("30 6 * * 1 Europe/Berlin")
    expect(field).to_contain_text("At 06:30, only on Monday")
    expect(field).to_contain_text("Europe/Berlin")
    expect(field.locator("ol li")).to_have_count(3)
    field.locator("input").fill("whenever")
    expect(field.locator(".error")).to_contain_text("daily 03:00 Europe/Berlin")
    field.get_by_role("button", name="Every hour").click()
    expect(field).to_contain_text("Every hour")
    expect(field.locator(".error")).to_have_count(0)


def test_one_that_fails_says_what_to_do(page: Page, own: Server) -> None:
    set_up(page)
    # A file where the folder shall be.
    (own.data / "exports").mkdir()
    (own.data / "exports" / "out").write_text("in the way")
    sheet = page.locator("pb-sheet")
    sheet.get_by_role("button", name="Run now").click()
    expect(sheet.get_by_role("alert")).to_contain_text("cannot be written")
    expect(page.locator("pb-exports > section tr[data-row]")).to_contain_text("failed")
    (own.data / "exports" / "out").unlink()
    sheet.get_by_role("button", name="Run now").click()
    expect(page.locator("pb-exports > section tr[data-row]")).to_contain_text("done")


def test_it_is_changed_paused_and_removed_with_undo(page: Page, own: Server) -> None:
    set_up(page, schedule="hourly")
    sheet = page.locator("pb-sheet")
    sheet.get_by_role("button", name="Pause").click()
    row = page.locator("pb-exports > section tr[data-row]")
    expect(row).to_contain_text("paused")
    page.get_by_role("button", name="Undo").click()
    expect(row).to_contain_text("not run yet")
    sheet.locator("summary").click()
    sheet.get_by_label("Format").select_option("parquet")
    sheet.get_by_role("button", name="Only when asked to").click()
    sheet.get_by_role("button", name="Save").click()
    expect(page.get_by_text("warehouse is changed.")).to_be_visible()
    [kept] = own.client.get("/v1/exports").json()
    assert (kept["format"], kept["schedule"]) == ("parquet", None)
    sheet.get_by_role("button", name="Remove").click()
    expect(row).to_have_count(0)
    page.get_by_role("button", name="Undo").last.click()
    row.click()
    sheet.get_by_role("button", name="Remove").click()
    with page.expect_response(lambda answer: answer.request.method == "DELETE"):
        page.get_by_role("status").get_by_role("button", name="Close").last.click()
    expect(page.get_by_text("No export yet.")).to_be_visible()
    assert own.client.get("/v1/exports").json() == []


def test_a_wrong_setting_is_told(page: Page, own: Server) -> None:
    form = page.locator("pb-exports form").first
    form.get_by_label("Place").select_option("sftp")
    form.get_by_label("Name", exact=True).fill("partner")
    form.get_by_label("Host", exact=True).fill("files.example.com")
    form.get_by_label("User").fill("ada")
    form.get_by_label("Host key").fill("no key")
    form.get_by_label("Secret").fill("a password")
    form.get_by_role("button", name="Set up an export").click()
    expect(page.locator(".toast.problem")).to_contain_text("host_key")
    assert own.client.get("/v1/exports").json() == []
