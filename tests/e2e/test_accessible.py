"""No page has a serious finding of axe, in either theme; and the first page comes quickly."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from browsing import PAGES, settled, sign_in
from playwright.sync_api import Page, expect
from processes import Server

SERIOUS = {"serious", "critical"}


def _findings(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [
        f"{each['id']}: {each['nodes'][0]['html'][:160]} {each['nodes'][0].get('failureSummary', '')}"
        for each in found
        if each["impact"] in SERIOUS
    ]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_no_serious_findings(page: Page, month: Server, theme: str) -> None:
    page.add_init_script(f"localStorage.setItem('theme', '{theme}')")
    page.goto(f"{month.address}/sign-in")
    settled(page)
    findings = {"sign-in": _findings(page)}
    sign_in(page, month.address)
    for name in PAGES:
        page.goto(f"{month.address}/{name}{'&' if '?' in name else '?'}range=30d")
        settled(page)
        findings[name] = _findings(page)
        if name != "dashboard" and page.locator("main [data-row]").count():
            page.locator("main [data-row]").first.click()
            settled(page)
            findings[f"{name}, open"] = _findings(page)
    assert {name: each for name, each in findings.items() if each} == {}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_no_serious_findings_in_what_opens_over_a_page(page: Page, month: Server, theme: str) -> None:
    page.add_init_script(f"localStorage.setItem('theme', '{theme}')")
    sign_in(page, month.address)
    settled(page)
    findings = {}

    def look(name: str) -> None:
        expect(page.locator("dialog[open], pb-sheet").first).to_be_visible()
        settled(page)
        findings[name] = _findings(page)
        page.keyboard.press("Escape")
        expect(page.locator("dialog[open], pb-sheet")).to_have_count(0)

    page.keyboard.press("?")
    look("keys")
    page.keyboard.press("Control+k")
    look("palette")
    page.locator("pb-filter-chips select").first.select_option("custom")
    look("own time")
    for path, button in (("rules", "Versions"), ("recipients", "Release many")):
        page.goto(f"{month.address}/{path}?range=30d")
        settled(page)
        page.get_by_role("button", name=button).click()
        look(button)
    assert {name: each for name, each in findings.items() if each} == {}


def test_the_first_page_comes_quickly(page: Page, month: Server) -> None:
    page.goto(f"{month.address}/sign-in")
    settled(page)
    painted = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
    # Milliseconds; the machine may be busy with other tests, an idle one needs a tenth.
    assert painted < 1500
