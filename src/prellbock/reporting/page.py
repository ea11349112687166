"""A report as people read it: every figure is text in their language. Paper and terminal are made of the same page."""

import msgspec

from prellbock.reporting.locale import Locale
from prellbock.reporting.month import month_of
from prellbock.reporting.report import LEAST_MESSAGES, Decided, Outage, Report, Step, Sums


class Tile(msgspec.Struct, frozen=True):
    """A large figure; ``alert`` where somebody must act."""

    label: str
    value: str
    notes: list[str]
    alert: bool = False


class Bar(msgspec.Struct, frozen=True):
    """A day of the chart. ``rate`` is a share; None: nothing was sent."""

    label: str
    rate: float | None
    few: bool
    over: bool


class Chart(msgspec.Struct, frozen=True):
    """Rates per day, with the limit."""

    title: str
    bars: list[Bar]
    top: float
    """The share at the upper end."""
    ticks: list[tuple[float, str]]
    limit: float
    limit_label: str
    over_label: str
    few_label: str | None
    alt: str
    """What it shows, for who cannot see it."""


class Table(msgspec.Struct, frozen=True):
    """Rows below a head. The first column is text, the others are figures; ``marks`` names the fault of each row."""

    title: str
    head: list[str]
    rows: list[list[str]]
    notes: list[str]
    marks: list[str]


class Listed(msgspec.Struct, frozen=True):
    """Things that happened, each with its time."""

    title: str
    items: list[tuple[str, str]]


class Page(msgspec.Struct, frozen=True):
    """All of it."""

    language: str
    title: str
    subtitle: str
    lead: list[str]
    tiles: list[Tile]
    chart: Chart | None
    tables: list[Table]
    lists: list[Listed]
    closing: list[str]
    made: str
    page: str
    """``Page {page} of {pages}``."""
    labels: tuple[str, str]
    """Above the columns of the list of tiles, for who hears it."""


def page_of(report: Report, locale: Locale) -> Page:
    """A report in a language."""
    words = locale.words
    month = month_of(report.month)
    name = report.stream or words.all_streams
    lead = [words.running.format(time=locale.moment(report.until))] if report.running else []
    lead.append(words.empty if report.is_empty else _verdict(report, locale))
    whole = not report.is_empty
    return Page(
        language=locale.language, title=f"{words.title} {locale.month(month)}", subtitle=name, lead=lead,
        tiles=_tiles(report, locale) if whole else [], chart=_chart(report, locale) if report.now.final else None,
        tables=[table for table in (_causes(report, locale), _providers(report, locale), _decisions(report, locale))
                if table.rows] if whole else [],
        lists=_lists(report, locale), closing=_closing(report, locale), made=words.made.format(
            time=locale.moment(report.made)), page=words.page, labels=(words.day, words.value),
    )  # fmt: skip


def _verdict(report: Report, locale: Locale) -> str:
    words, worst = locale.words, report.worst
    if worst is None:
        return words.no_days.format(least=locale.count(LEAST_MESSAGES))
    text = (words.over_none, words.over_one)[report.days_over] if report.days_over < 2 else words.over_many
    return text.format(
        count=locale.count(report.days_over), limit=locale.percent(report.csa_limit, 1), date=locale.date(worst.date),
        rate=locale.percent(worst.hard_rate),
    )  # fmt: skip


def _tiles(report: Report, locale: Locale) -> list[Tile]:
    words, now, before = locale.words, report.now, report.before
    earlier = locale.month(month_of(report.month).before)

    def rate(label: str, part: int, share: float | None, share_before: float | None, alert: bool = False) -> Tile:
        notes = [f"{locale.count(part)} {words.of.format(count=locale.count(now.final))}"]
        if share is not None and share_before is not None and report.comparable:
            notes.append(words.points.format(change=locale.points(share - share_before), month=earlier))
        return Tile(label, locale.percent(share), notes, alert)

    final = [words.before.format(month=earlier, value=locale.count(before.final))]
    if not report.comparable:
        final = [words.not_comparable.format(month=earlier)]
    counting = sum(not day.few for day in report.days)
    return [
        Tile(words.final, locale.count(now.final), final),
        rate(words.bounce_rate, now.bounced, now.bounce_rate, before.bounce_rate),
        rate(words.hard_rate, now.hard, now.hard_rate, before.hard_rate),
        Tile(words.days_over, locale.count(report.days_over),
             [words.days_of.format(count=locale.count(counting)),
              words.limit.format(limit=locale.percent(report.csa_limit, 1))], report.days_over > 0),
    ]  # fmt: skip


_STEPS = (0.0025, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5)


def _chart(report: Report, locale: Locale) -> Chart:
    words = locale.words
    highest = max((day.hard_rate or 0.0 for day in report.days if not day.few), default=0.0)
    top = max(highest, report.csa_limit) * 1.05
    step = next((each for each in _STEPS if top / each <= 5), 1.0)
    limit = locale.percent(report.csa_limit, 1)
    over = ", ".join(locale.date(day.date) for day in report.days if day.over) or words.none
    few = any(day.few and day.final for day in report.days)
    return Chart(
        title=words.chart,
        bars=[Bar(str(int(day.date[-2:])), day.hard_rate, day.few, day.over) for day in report.days],
        top=top,
        ticks=[(number * step, locale.percent(number * step, 1 if step >= 0.005 else 2))
               for number in range(int(top / step) + 1)],
        limit=report.csa_limit, limit_label=words.limit.format(limit=limit), over_label=words.over_mark,
        few_label=words.few.format(least=locale.count(LEAST_MESSAGES)) if few else None,
        alt=words.chart_alt.format(limit=limit, days=over),
    )  # fmt: skip


def _causes(report: Report, locale: Locale) -> Table:
    words = locale.words
    rows, marks = [], []
    for each in report.causes:
        mark = "unclassified" if each.category == "unclassified" else each.fault
        marks.append(mark)
        change = locale.change(each.count, each.before) if report.comparable else "–"
        rows.append([
            words.categories.get(each.category, each.category), words.faults.get(mark, mark), locale.count(each.count),
            locale.percent(each.share, 1), locale.count(each.before), change,
        ])  # fmt: skip
    head = [words.cause, words.fault, words.reports, words.share, words.previous, words.change]
    return Table(words.causes, head, rows, [words.causes_note], marks)


def _providers(report: Report, locale: Locale) -> Table:
    words = locale.words

    def row(name: str | None, now: Sums, before: Sums) -> list[str]:
        earlier = before.hard_rate if report.comparable else None
        rates = [locale.percent(rate) for rate in (now.bounce_rate, now.hard_rate, earlier)]
        return [name or words.others_name, locale.count(now.final), *rates]

    others = [(words.others_one if report.others == 1 else words.others_many).format(count=locale.count(report.others))]
    head = [words.provider, words.final, words.bounce_rate, words.hard_rate, words.previous]
    rows = [row(each.provider, each.now, each.before) for each in report.providers if each.now.final]
    return Table(words.providers, head, rows, others if report.others else [], [])


def _decisions(report: Report, locale: Locale) -> Table:
    words, comparable = locale.words, report.comparable
    names: tuple[tuple[str, str], ...] = (
        (words.suppressed, "suppressed"), (words.paused, "paused"), (words.revived, "revived"),
        (words.released, "released"),
    )  # fmt: skip

    def figure(decided: Decided, field: str) -> int:
        return int(getattr(decided, field))

    rows = []
    for label, field in names:
        now, before = figure(report.decided, field), figure(report.decided_before, field)
        change = locale.change(now, before) if comparable else "–"
        rows.append([label, locale.count(now), locale.count(before), change])
    for each in report.suppressed_for:
        label = words.other_reason if each.category is None else words.categories.get(each.category, each.category)
        rows.append([f"{words.suppressed_for}: {label}", locale.count(each.count), "", ""])
    return Table(words.decisions, ["", words.value, words.previous, words.change], rows, [words.decisions_note], [])


def _lists(report: Report, locale: Locale) -> list[Listed]:
    words = locale.words
    found = [
        Listed(words.actions, [(locale.moment(each.time), _step(each, locale)) for each in report.steps]),
        Listed(words.incidents, [(_span(each, locale), _outage(each, locale)) for each in report.incidents]),
        Listed(words.alarms, [(f"{locale.count(each.count)} ×", words.alarm_kinds.get(each.kind, each.kind))
                              for each in report.alarms]),
    ]  # fmt: skip
    return [each for each in found if each.items] or [Listed(words.actions, [("", words.no_actions)])]


def _step(step: Step, locale: Locale) -> str:
    words = locale.words
    name = words.published_rules if step.subject == "rules" else words.published_policy
    text = name.format(number=step.number)
    if step.restores is not None:
        text += f" ({words.restores.format(number=step.restores)})"
    return f"{text}: {step.title}" if step.title else text


def _span(outage: Outage, locale: Locale) -> str:
    end = locale.words.going_on if outage.end is None else locale.moment(outage.end)
    return f"{locale.moment(outage.begin)} – {end}"


def _outage(outage: Outage, locale: Locale) -> str:
    words = locale.words
    verdict = words.outage if outage.verdict == "outage" else words.real
    return words.incident.format(
        provider=outage.provider or words.others_name, failed=locale.count(outage.failed),
        category=words.categories.get(outage.category, outage.category),
        verdict=f"{verdict} ({words.by_hand})" if outage.by_hand else verdict,
    )  # fmt: skip


def _closing(report: Report, locale: Locale) -> list[str]:
    words, now = locale.words, report.now
    counts = [(words.delivered, now.delivered), (words.deferred, now.deferred), (words.complaints, now.complaints),
              (words.unsubscribed, now.unsubscribed)]  # fmt: skip
    return [" · ".join(f"{label} {locale.count(count)}" for label, count in counts), words.definition]
