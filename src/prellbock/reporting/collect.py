"""Asks a store for what a month's report is made of; roll-ups and tallies, never single events."""

from collections import Counter, defaultdict

from prellbock.reporting.month import Month, MonthError
from prellbock.reporting.report import Facts, Half, Outage, Report, Step, Sums, report, sums_of
from prellbock.store.contract import Store
from prellbock.store.figures import Dimension
from prellbock.store.revisions import Subject
from prellbock.times import rfc3339

PROVIDERS = 12
"""So many are told one by one."""
_SUBJECTS: tuple[Subject, ...] = ("rules", "policy")
_DAY = 86_400


def report_on(store: Store, month: Month, stream: str | None, now: float) -> Report:
    """The report on a month of one stream (None: of all). Raises `MonthError` where it has not begun."""
    return report(collect(store, month, stream, now))


def collect(store: Store, month: Month, stream: str | None, now: float) -> Facts:
    """What was counted of a month and of the one before. Raises `MonthError` where it has not begun."""
    if month.begin >= now:
        raise MonthError(f"the month {month} has not begun yet")
    until = min(month.end, now)
    outcomes = {span: _by_provider(store, span, stream) for span in ((month.begin, until), _span(month.before))}
    (this, before) = outcomes
    most = sorted(outcomes[this], key=lambda name: (-outcomes[this][name]["delivered"], name or ""))
    chosen = [name for name in most if name is not None][:PROVIDERS]
    return Facts(
        month=month, stream=stream, now=now,
        this=_half(store, this, stream, chosen, outcomes[this], seconds=_DAY),
        before=_half(store, before, stream, chosen, outcomes[before], seconds=None),
        others=len([name for name in most if name is not None]) - len(chosen),
        incidents=_incidents(store, this), steps=_steps(store, this),
        alarms=[each.kind for each in store.alarms() if this[0] <= each.since < this[1]],
    )  # fmt: skip


def _span(month: Month) -> tuple[float, float]:
    return month.begin, month.end


def _where(stream: str | None) -> dict[Dimension, str]:
    return {} if stream is None else {"stream": stream}


def _by_provider(store: Store, span: tuple[float, float], stream: str | None) -> dict[str | None, Counter[str | None]]:
    found: dict[str | None, Counter[str | None]] = defaultdict(Counter)
    counted = store.counts(since=span[0], until=span[1], by=["provider", "outcome"], seconds=None, where=_where(stream))
    for each in counted:
        found[each.provider][each.outcome] += each.count
    return found


def _half(
    store: Store, span: tuple[float, float], stream: str | None, chosen: list[str],
    outcomes: dict[str | None, Counter[str | None]], *, seconds: int | None,
) -> Half:  # fmt: skip
    since, until = span
    counts = store.counts(
        since=since, until=until, by=["outcome", "category", "fault"], seconds=seconds, where=_where(stream)
    )
    providers: dict[str, Sums] = {}
    for name in chosen:
        tallies = store.tallies(since=since, until=until, seconds=_DAY, stream=stream, provider=name)
        providers[name] = sums_of(outcomes.get(name, Counter()), tallies)
    tallies = store.tallies(since=since, until=until, seconds=_DAY, stream=stream, provider=None)
    return Half(counts, tallies, providers, store.decided(since=since, until=until))


def _incidents(store: Store, span: tuple[float, float]) -> list[Outage]:
    return [
        Outage(name=each.name, provider=each.provider, category=each.category, begin=rfc3339(each.begin),
               end=rfc3339(each.end), verdict=each.verdict, by_hand=each.by_hand, failed=each.failed,
               recipients=each.recipients)
        for each in reversed(store.incidents())
        if each.begin < span[1] and (each.end is None or each.end > span[0])
    ]  # fmt: skip


def _steps(store: Store, span: tuple[float, float]) -> list[Step]:
    found = [
        version
        for subject in _SUBJECTS
        for version in store.versions(subject)
        if span[0] <= version.published < span[1]
    ]
    return [
        Step(time=rfc3339(each.published), subject=each.subject, number=each.number, title=each.title,
             restores=each.restores)
        for each in sorted(found, key=lambda each: each.published)
    ]  # fmt: skip
