"""Signing in, and what stands around every page."""

import re
from collections.abc import Callable
from pathlib import Path

from browsing import ADMIN, PAGES, PASSWORD, become_admin, first_link, settled, sign_in
from playwright.sync_api import Browser, Page, expect
from processes import Server


def test_the_first_admin_signs_up_through_the_link(page: Page, tmp_path: Path) -> None:
    server = Server(tmp_path / "data")
    try:
        page.goto(f"{server.address}{first_link(server.said)}")
        page.locator("input[name=name]").fill(ADMIN)
        page.locator("input[name=password]").fill(PASSWORD)
        page.locator("form button").click()
        expect(page).to_have_url(re.compile("dashboard"))
        expect(page.get_by_role("heading", name="Where bounces come from")).to_be_visible()
    finally:
        server.stop()


def test_demo_data_come_in_by_a_button(page: Page, serve: Callable[..., Server]) -> None:
    server = serve()
    become_admin(server.address, server.said)
    sign_in(page, server.address)
    page.get_by_role("button", name="Load demo data here").click()
    expect(page.locator("pb-tiles .tile")).to_have_count(8, timeout=60_000)
    expect(page.locator("pb-begin")).to_have_count(0)


def test_the_tour_is_shown_until_it_is_dismissed_for_ever(page: Page, month: Server) -> None:
    page.add_init_script("localStorage.getItem('tour') || localStorage.setItem('tour', 'wanted')")
    sign_in(page, month.address)
    tour = page.get_by_role("complementary", name="Tour")
    tour.get_by_role("button", name="Next").click()
    expect(page).to_have_url(re.compile("/templates"))
    tour.get_by_role("button", name="Not again").click()
    expect(tour).to_have_count(0)
    page.reload()
    settled(page)
    expect(tour).to_have_count(0)


def test_a_phone_reaches_every_page(browser: Browser, month: Server) -> None:
    page = browser.new_context(viewport={"width": 390, "height": 844}, locale="en-GB").new_page()
    sign_in(page, month.address)
    page.get_by_role("button", name="More pages").click()
    page.get_by_role("link", name="Incidents", exact=True).click()
    expect(page).to_have_url(re.compile("/incidents"))
    settled(page)
    for name in PAGES:
        page.goto(f"{month.address}/{name}")
        settled(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, name


def test_who_is_not_signed_in_comes_back_to_where_they_wanted_to_go(page: Page, month: Server) -> None:
    page.goto(f"{month.address}/responses?category=mailbox_full")
    expect(page).to_have_url(re.compile("sign-in"))
    page.locator("input[name=name]").fill(ADMIN)
    page.locator("input[name=password]").fill("wrong password here")
    page.locator("form button").click()
    expect(page.get_by_role("alert")).to_contain_text("wrong")
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("form button").click()
    expect(page).to_have_url(re.compile(r"/responses\?category=mailbox_full"))


def test_signing_out_ends_the_session(page: Page, month: Server) -> None:
    sign_in(page, month.address)
    page.locator("details.user summary").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page).to_have_url(re.compile("sign-in"))
    page.goto(f"{month.address}/dashboard")
    expect(page).to_have_url(re.compile("sign-in"))


def test_keys_lead_everywhere(signed_in: Page) -> None:
    settled(signed_in)
    signed_in.keyboard.press("r")
    expect(signed_in).to_have_url(re.compile("/responses"))
    signed_in.keyboard.press("/")
    signed_in.keyboard.type("quota")
    signed_in.keyboard.press("Enter")
    expect(signed_in).to_have_url(re.compile("q=quota"))
    signed_in.locator("h1").click()
    signed_in.keyboard.press("Control+k")
    expect(signed_in.get_by_role("dialog")).to_be_visible()
    signed_in.keyboard.type("dashb")
    signed_in.keyboard.press("Enter")
    expect(signed_in).to_have_url(re.compile("/dashboard"))


def test_a_question_mark_leads_to_the_help_on_page_and_panel(signed_in: Page, month: Server) -> None:
    for page, link, topic in (
        ("rules", "Help: Rules", "rules"),
        ("policies", "Help: Effect", "replay"),
        ("dashboard", "Help: Streams", "hard-bounce"),
    ):
        signed_in.goto(f"{month.address}/{page}?range=30d")
        settled(signed_in)
        signed_in.get_by_role("link", name=link, exact=True).click()
        expect(signed_in).to_have_url(re.compile(rf"/help\?.*topic={topic}"))
        place = signed_in.locator(f"#topic-{topic}")
        expect(place).to_be_in_viewport()
        expect(place).to_be_focused()
    signed_in.keyboard.press("?")
    expect(signed_in.get_by_role("dialog", name="Keys")).to_be_visible()


def test_the_language_changes_at_once(signed_in: Page) -> None:
    settled(signed_in)
    expect(signed_in.get_by_role("link", name="Responses", exact=True)).to_be_visible()
    signed_in.locator("button.language").click()
    expect(signed_in.get_by_role("link", name="Antworten", exact=True)).to_be_visible()
    assert signed_in.evaluate("document.documentElement.lang") == "de"


def test_filters_stand_in_the_address_and_go_along(signed_in: Page) -> None:
    settled(signed_in)
    signed_in.locator("pb-filter-chips select").nth(2).select_option("gmx")
    expect(signed_in).to_have_url(re.compile("provider=gmx"))
    signed_in.get_by_role("link", name="Responses", exact=True).click()
    expect(signed_in).to_have_url(re.compile(r"/responses\?.*provider=gmx"))
    settled(signed_in)
    providers = signed_in.locator("td.provider").all_inner_texts()
    assert providers
    assert set(providers) == {"gmx"}


def test_a_time_of_ones_own_is_chosen(signed_in: Page) -> None:
    settled(signed_in)
    chip = signed_in.locator("pb-filter-chips select").first
    dialog = signed_in.get_by_role("dialog", name="own time")
    before = chip.input_value()
    chip.select_option("custom")
    expect(dialog).to_be_visible()
    assert chip.input_value() == before, "what holds is shown until another time is chosen"
    begin, end = dialog.locator("input").nth(0), dialog.locator("input").nth(1)
    begin.fill("2026-03-02T06:00")
    end.fill("2026-03-01T06:00")
    dialog.get_by_role("button", name="Apply").click()
    expect(dialog.get_by_role("alert")).to_be_visible()
    end.fill("2026-03-04T18:00")
    dialog.get_by_role("button", name="Apply").click()
    expect(dialog).to_be_hidden()
    expect(signed_in).to_have_url(re.compile(r"since=2026-03-02T06:00:00.000Z&until=2026-03-04T18:00:00.000Z"))
    expect(chip.locator("option:checked")).to_have_text(re.compile("2 Mar.* – .*4 Mar"))
    signed_in.get_by_role("link", name="Responses", exact=True).click()
    expect(signed_in).to_have_url(re.compile(r"/responses\?.*since=2026-03-02T06:00:00.000Z"))
    # Escape leaves what holds; another time takes the place of one's own.
    chip.select_option("custom")
    signed_in.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(signed_in).to_have_url(re.compile("since=2026-03-02"))
    chip.select_option("7d")
    expect(signed_in).not_to_have_url(re.compile("since="))


def test_what_is_served_is_cached_and_guarded(page: Page, month: Server) -> None:
    answer = page.goto(f"{month.address}/responses")
    assert answer is not None
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "unsafe-eval" not in policy
    assert answer.headers["cache-control"] == "no-cache"
    script = page.locator("script[src]").first.get_attribute("src")
    file = page.request.get(f"{month.address}/{script}")
    assert "immutable" in file.headers["cache-control"]
