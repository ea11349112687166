"""A month's figures as a function of what was counted, and what people read of them."""

import re
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from prellbock.reporting.locale import Locale
from prellbock.reporting.month import Month, MonthError, last_whole, month_at, month_of
from prellbock.reporting.page import page_of
from prellbock.reporting.pdf import pdf
from prellbock.reporting.report import Facts, Half, Outage, Report, Step, report, sums_of
from prellbock.reporting.text import text
from prellbock.reporting.words import LANGUAGES, Language, words_of
from prellbock.store.figures import Count, Decisions, Tally

DAY = 86_400.0
OCTOBER = Month(2026, 10)
NOTHING = Half([], [], {}, [])


def delivered(day: int, count: int) -> Count:
    return Count(time=OCTOBER.begin + (day - 1) * DAY, outcome="delivered", category="delivered", count=count)


def failed(category: str, fault: str, count: int, outcome: str = "bounced") -> Count:
    return Count(time=OCTOBER.begin, outcome=outcome, category=category, fault=fault, count=count)


def tally(day: int, bounced: int, hard: int) -> Tally:
    return Tally(OCTOBER.begin + (day - 1) * DAY, bounced, hard)


def of(this: Half, before: Half = NOTHING, *, now: float = OCTOBER.end + DAY, **more: object) -> Report:
    facts = Facts(month=OCTOBER, stream="news", now=now, this=this, before=before)
    return report(msgspec.structs.replace(facts, **more))


FULL = Half(
    [delivered(1, 990), delivered(2, 980), delivered(3, 10), failed("unknown_recipient", "recipient", 30),
     failed("network", "transport", 40, "deferred"), failed("unclassified", "none", 1)],
    [tally(1, 10, 10), tally(2, 20, 11), tally(3, 5, 5)],
    {"google": sums_of({"delivered": 1000}, [Tally(0, 20, 16)])},
    [Decisions("suppressed", "unknown_recipient", 7), Decisions("revived", None, 2), Decisions("released", None, 1)],
)  # fmt: skip


def test_a_day_is_over_the_limit_only_above_it_and_with_enough_messages() -> None:
    found = of(FULL)
    first, second, third = found.days[:3]
    assert (first.hard_rate, first.over) == (0.01, False)
    assert (second.hard_rate, second.over) == (0.011, True)
    assert (third.few, third.over) == (True, False)
    assert found.days_over == 1
    assert found.worst == second
    assert len(found.days) == 31
    assert found.days[-1].hard_rate is None


def test_sums_and_causes_and_what_is_left_of_providers() -> None:
    found = of(FULL)
    assert (found.now.final, found.now.bounced, found.now.hard) == (2015, 35, 26)
    assert found.now.bounce_rate == round(35 / 2015, 6)
    assert [(each.category, each.count, each.bounced) for each in found.causes] == [
        ("unknown_recipient", 30, 30), ("network", 40, 0), ("unclassified", 1, 1),
    ]  # fmt: skip
    assert sum(each.share for each in found.causes) == pytest.approx(1, abs=1e-5)
    rest = found.providers[-1]
    assert rest.provider is None
    assert (rest.now.delivered, rest.now.bounced, rest.now.hard) == (980, 15, 10)
    assert (found.decided.revived, found.decided.released) == (3, 1)


def test_a_month_that_is_not_over_ends_now_and_an_empty_one_says_so() -> None:
    running = of(FULL, now=OCTOBER.begin + 2.5 * DAY)
    assert running.running
    assert [day.date for day in running.days] == ["2026-10-01", "2026-10-02", "2026-10-03"]
    empty = of(NOTHING, FULL)
    assert empty.is_empty
    assert empty.now.bounce_rate is None
    assert "Nothing came in" in text(empty, "en")


def test_changes_are_told_only_where_the_month_before_was_recorded() -> None:
    assert not of(FULL, Half([delivered(1, 100)], [], {}, [])).comparable
    assert of(FULL, Half([delivered(1, 1500)], [], {}, [])).comparable


def test_no_address_gets_in_by_what_people_wrote() -> None:
    step = Step(time="2026-10-05T10:00:00Z", subject="rules", number=3, title="as eve@example.com asked", restores=None)
    found = of(FULL, steps=[step])
    assert b"@" not in msgspec.json.encode(found)
    assert "as … asked" in text(found, "en")


@given(st.integers(40 * 86_400, 4_000_000_000))
def test_every_time_lies_in_its_month(now: int) -> None:
    month = month_at(now)
    assert month.begin <= now < month.end
    assert month.before.after == month == month_of(str(month))
    assert last_whole(now).end <= now


@pytest.mark.parametrize("text_", ["", "2026", "2026-13", "2026-1", "0000-01", "2026-10-01", "९९९९-01"])
def test_what_is_no_month_is_refused(text_: str) -> None:
    with pytest.raises(MonthError):
        month_of(text_)


@pytest.mark.parametrize("language", LANGUAGES)
def test_text_fits_a_terminal_and_paper_is_tagged(language: Language) -> None:
    outage = Outage(name="x", provider="gmx", category="unknown_recipient", begin="2026-10-02T08:00:00Z", end=None,
                    verdict="outage", by_hand=True, failed=1234, recipients=3)  # fmt: skip
    found = of(FULL, FULL, incidents=[outage], alarms=["hard_bounces", "hard_bounces"])
    written = text(found, language)
    assert max(len(line) for line in written.splitlines()) <= 80
    assert "{" not in written
    paper = pdf(found, language)
    assert paper.startswith(b"%PDF-")
    assert b"/MarkInfo" in paper
    assert f"/Lang({language})".encode() in paper or f"/Lang ({language})".encode() in paper
    assert pdf(found, language) == paper
    assert pdf(of(NOTHING), language)


def test_numbers_are_written_as_in_the_language() -> None:
    english, german = Locale("en"), Locale("de")
    assert (english.count(1234567), german.count(1234567)) == ("1,234,567", "1.234.567")
    assert (english.percent(0.01234), german.percent(0.01234)) == ("1.23%", "1,23\u00a0%")
    assert (english.points(-0.001), german.points(0.0), english.points(0.02)) == ("−0.10", "±0,00", "+2.00")
    assert (english.change(150, 100), english.change(1, 0), english.change(7, 7)) == ("+50%", "–", "±0%")
    assert page_of(of(FULL), german).title == "Monatsbericht Oktober 2026"


@pytest.mark.parametrize("language", LANGUAGES)
def test_faults_and_categories_are_called_as_in_the_browser(language: Language) -> None:
    gui = (Path(__file__).parents[3] / "gui/src/app/core/words" / f"{language}.ts").read_text()
    words = words_of(language)
    for name, table in (("faults", words.faults), ("categories", words.categories)):
        block = re.search(rf"\n  {name}: \{{\n(.*?)\n  \}}", gui, re.DOTALL)
        assert block is not None
        assert dict(re.findall(r"(\w+): '([^']*)'", block[1])) == table
