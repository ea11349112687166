"""The dashboard on a simulated month: it shows what the server counts, and every mark leads to its responses."""

import csv
import re

from browsing import settled
from playwright.sync_api import Page, expect
from processes import Server

MONTH = "/dashboard?range=30d"


def _figure(text: str) -> int:
    return int(re.sub(r"\D", "", text))


def test_the_tiles_tell_what_the_server_counts(signed_in: Page, month: Server) -> None:
    signed_in.goto(f"{month.address}{MONTH}")
    settled(signed_in)
    tiles = signed_in.locator("pb-tiles .tile")
    expect(tiles).to_have_count(8)
    title = tiles.nth(1).locator(".figure").get_attribute("title") or ""
    bounced, final = (_figure(each) for each in title.split(" of "))
    told = month.client.get("/v1/overview").json()["now"]
    assert abs(bounced - told["bounced"]) <= told["bounced"] * 0.02
    assert abs(final - told["final"]) <= told["final"] * 0.02
    cost = tiles.filter(has_text="Cost today")
    expect(cost.locator(".figure")).to_contain_text("€")
    expect(cost).to_contain_text("a month")


def test_a_cell_of_the_heat_map_leads_to_its_responses(signed_in: Page, month: Server) -> None:
    signed_in.goto(f"{month.address}{MONTH}")
    settled(signed_in)
    cell = signed_in.locator("pb-heat-map td a").first
    count = _figure((cell.get_attribute("title") or "").partition("(")[0])
    cell.click()
    expect(signed_in).to_have_url(re.compile(r"/responses\?.*category="))
    settled(signed_in)
    assert signed_in.locator("tbody tr[data-row]").count() == min(count, 100)


def test_a_tile_a_fault_a_template_and_a_stream_lead_to_their_responses(signed_in: Page, month: Server) -> None:
    for mark, address in (
        ("pb-tiles .whole >> nth=1", r"outcome=bounced"),
        ("pb-over-time .legend a >> nth=0", r"fault=recipient"),
        ("pb-top-templates a.open >> nth=0", r"template=[0-9a-f]{16}"),
        ("pb-streams a.open >> nth=0", r"stream=\w+"),
        ("pb-health li a >> nth=0", r"category=\w+"),
    ):
        signed_in.goto(f"{month.address}{MONTH}")
        settled(signed_in)
        signed_in.locator(mark).click()
        expect(signed_in).to_have_url(re.compile(rf"/responses\?.*{address}"))
        settled(signed_in)
        expect(signed_in.locator("tbody tr[data-row]").first).to_be_visible()


def test_a_click_into_the_area_leads_to_its_time_and_cause(signed_in: Page, month: Server) -> None:
    signed_in.goto(f"{month.address}{MONTH}")
    settled(signed_in)
    box = signed_in.locator("pb-over-time [role=img]").bounding_box()
    assert box is not None
    signed_in.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] - 27)
    expect(signed_in).to_have_url(re.compile(r"/responses\?.*since=.*until="))


def test_drawing_over_a_stretch_of_time_zooms_in(signed_in: Page, month: Server) -> None:
    signed_in.goto(f"{month.address}{MONTH}")
    settled(signed_in)
    box = signed_in.locator("pb-over-time [role=img]").bounding_box()
    assert box is not None
    middle = box["y"] + box["height"] / 2
    signed_in.mouse.move(box["x"] + 300, middle)
    signed_in.mouse.down()
    signed_in.mouse.move(box["x"] + 420, middle, steps=6)
    signed_in.mouse.up()
    expect(signed_in).to_have_url(re.compile(r"/dashboard\?.*since=.*until="))


def test_a_chart_is_also_a_table_and_a_file(signed_in: Page, month: Server) -> None:
    signed_in.goto(f"{month.address}{MONTH}")
    settled(signed_in)
    chart = signed_in.locator("pb-over-time")
    chart.get_by_role("button", name=re.compile("Table")).click()
    rows = chart.locator("tbody tr")
    expect(rows.first).to_be_visible()
    with signed_in.expect_download() as waited:
        chart.get_by_role("button", name=re.compile("CSV")).click()
    with waited.value.path().open(newline="", encoding="utf-8-sig") as file:
        lines = list(csv.reader(file))
    assert len(lines) == rows.count() + 1
    told = month.client.get("/v1/statistics", params={"by": "outcome"}).json()["items"]
    failing = sum(each["count"] for each in told if each["outcome"] in ("bounced", "deferred"))
    assert abs(sum(int(cell) for line in lines[1:] for cell in line[1:]) - failing) <= failing * 0.05


def test_every_figure_is_also_a_table_and_a_file(signed_in: Page, month: Server) -> None:
    signed_in.goto(f"{month.address}{MONTH}")
    settled(signed_in)
    for figure in ("pb-over-time", "pb-heat-map", "pb-movers", "pb-top-templates", "pb-streams", "pb-health"):
        with signed_in.expect_download() as waited:
            signed_in.locator(figure).get_by_role("button", name=re.compile("CSV")).click()
        assert waited.value.path().read_text("utf-8-sig").count("\n") >= 1, figure
    heat = signed_in.locator("pb-heat-map")
    cells = heat.locator("td a").count()
    heat.get_by_role("button", name=re.compile("Table")).click()
    expect(heat.locator("td a")).to_have_count(0)
    assert heat.locator("tbody tr").count() >= cells


def test_all_of_it_stands_on_one_screen(signed_in: Page, month: Server) -> None:
    signed_in.goto(f"{month.address}{MONTH}")
    settled(signed_in)
    assert signed_in.evaluate("document.getElementById('content').scrollHeight") <= 900


def test_streams_tell_their_hard_bounces(signed_in: Page, month: Server) -> None:
    signed_in.goto(f"{month.address}{MONTH}")
    settled(signed_in)
    first = signed_in.locator("pb-streams tbody tr").first
    name = first.locator("a").inner_text()
    title = first.locator("td").nth(6).get_attribute("title") or ""
    told = month.client.get("/v1/overview", params={"stream": name}).json()["now"]
    assert abs(_figure(title.partition(" of ")[0]) - told["hard"]) <= told["hard"] * 0.02 + 1


def test_new_input_appears_by_itself(signed_in: Page, month: Server) -> None:
    signed_in.clock.install()
    signed_in.goto(f"{month.address}{MONTH}&stream=live")
    settled(signed_in)
    expect(signed_in.locator(".quiet-time")).to_be_visible()
    now = signed_in.evaluate("new Date().toISOString()")
    line = (
        f'{{"time": "{now}", "recipient": "live@example.com", "response": "550 5.1.1 User unknown", "stream": "live"}}'
    )
    month.client.post("/v1/events", content=line).raise_for_status()
    signed_in.clock.run_for(20_000)
    expect(signed_in.locator("pb-streams td").first).to_contain_text("live", timeout=20_000)
