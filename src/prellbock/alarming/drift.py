"""Do servers speak otherwise than they used to, and are rules, model and outcomes less of one mind than before?

Four questions, each a share of the latest days beside the same share of the days before:

- *new templates*: responses whose template first came in these days,
- *wording of a provider*: responses of one provider in templates that it had not used before these days,
- *rules and model*: responses decided by a rule of which the text model says the same,
- *verdicts and outcomes*: recipients called dead who show a sign of life within as many days.

The first two have a natural level, because there is always something new; so it is compared with its own past. No
result names a recipient: samples are templates, whose addresses are masked.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

import msgspec

from prellbock.classify.classifier import contexts_of
from prellbock.classify.model import TextModel
from prellbock.history.outcomes import Bounce, Sign, wilson
from prellbock.store.contract import Store
from prellbock.store.judgements import Judged
from prellbock.store.templates import Queued, TemplateDay, Wanted
from prellbock.taxonomy import DEAD

Kind = Literal["new_templates", "provider_wording", "model_agreement", "outcomes"]

DAY = 86_400.0
DAYS = 7
WINDOWS = 4
"""Windows of so many days before the latest one that say what is usual."""
TEMPLATES = 20_000
_MOST_SAMPLES = 5


class Limits(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """From when something drifts. Shares are 0 to 1."""

    share: float = 0.05
    """Least share of what is new, and of the dead who live."""
    times: float = 2.0
    """It must be so many times the usual share."""
    agreement: float = 0.1
    """So much less than usual rules and model agree."""
    responses: int = 200
    """Of the latest days; with fewer no share is formed."""
    recipients: int = 30
    """Called dead and mailed again; with fewer no share is formed."""


class Sample(msgspec.Struct, frozen=True):
    """A template (or the name of a rule) and how much it has to do with it."""

    text: str
    count: int
    says: str
    """The category as things are."""
    otherwise: str | None = None
    """What the model says instead."""


class Drift(msgspec.Struct, frozen=True):
    """One share, now and usually. ``usual`` is None where there is no past to compare with, which is no drift."""

    kind: Kind
    subject: str
    """The provider, else what is compared."""
    share: float
    usual: float | None
    limit: float | None
    """What the share must not exceed (of agreement: fall below)."""
    cases: int
    """Responses (or recipients) of the latest days."""
    usual_cases: int
    drifts: bool
    samples: tuple[Sample, ...]


def drift(
    store: Store, model: TextModel, now: float, *, days: int = DAYS, limits: Limits = Limits(),  # noqa: B008
) -> list[Drift]:  # fmt: skip
    """Everything that can be compared, what drifts first. ``now``: the end of the latest days, Unix seconds UTC."""
    end = -(-now // DAY) * DAY
    queued = [each for _, each in store.template_queue(Wanted(), after=None, most=TEMPLATES)]
    known = {each.key: each for each in queued}
    span = days * DAY
    begins = [end - (back + 1) * span for back in range(WINDOWS + 1)]
    counted = store.template_days(sorted(known), begins[-1])
    windows: list[list[TemplateDay]] = [[] for _ in begins]
    for each in counted:
        back = int((end - each.day - 1) // span)
        if 0 <= back < len(windows):
            windows[back].append(each)
    found = [*_news(known, windows, begins, limits), *_agreement(store.judgements(), known, windows, model, limits)]
    found += _outcomes(store.bounce_histories(), end, span, limits)
    return sorted(found, key=lambda each: (not each.drifts, each.kind, -each.share, each.subject))


def _news(
    known: Mapping[int, Queued], windows: Sequence[Sequence[TemplateDay]], begins: Sequence[float], limits: Limits
) -> list[Drift]:
    """Of all responses, and of those of each provider."""
    first: dict[tuple[int, str | None], float] = {}
    for each in (each for window in windows for each in window):
        place = (each.key, each.provider)
        template = known[each.key]
        # What came before the days that are looked at came from the provider that the template is known from.
        own = template.first if template.provider == each.provider else each.day
        first[place] = min(first.get(place, own), each.day, own)
    total: list[Counter[str | None]] = [Counter() for _ in windows]
    fresh: list[Counter[str | None]] = [Counter() for _ in windows]
    samples: dict[str | None, Counter[int]] = defaultdict(Counter)
    everywhere = "\0"
    for back, window in enumerate(windows):
        for each in window:
            total[back][each.provider] += each.count
            total[back][everywhere] += each.count
            if known[each.key].first >= begins[back]:
                fresh[back][everywhere] += each.count
                if not back:
                    samples[everywhere][each.key] += each.count
            if first[each.key, each.provider] >= begins[back]:
                fresh[back][each.provider] += each.count
                if not back:
                    samples[each.provider][each.key] += each.count
    # In the days in which everything began all is new; they are no past.
    begin = min((each.first for each in known.values()), default=0.0)
    past = [back for back in range(1, len(windows)) if begins[back] > begin]
    found = []
    for name, responses in total[0].items():
        before = sum(total[back][name] for back in past)
        if responses < limits.responses or name is None:
            continue
        share = fresh[0][name] / responses
        usual = sum(fresh[back][name] for back in past) / before if before >= limits.responses else None
        limit = None if usual is None else max(limits.share, limits.times * usual)
        drifts = limit is not None and wilson(fresh[0][name], responses)[0] > limit
        found.append(
            Drift(
                "new_templates" if name == everywhere else "provider_wording",
                "all responses" if name == everywhere else name, round(share, 5), _rounded(usual), _rounded(limit),
                responses, before, drifts,
                tuple(Sample(known[key].text, count, known[key].category)
                      for key, count in samples[name].most_common(_MOST_SAMPLES)),
            )
        )  # fmt: skip
    return found


def _agreement(
    judged: Sequence[Judged], known: Mapping[int, Queued], windows: Sequence[Sequence[TemplateDay]], model: TextModel,
    limits: Limits,
) -> list[Drift]:  # fmt: skip
    """A template counts by the share of its responses that rules decide, and of these the model's that are the same."""
    ruled = [each for each in judged if each.decided_by == "rule" and each.text]
    contexts = contexts_of([each.basis for each in ruled])
    answers = model.answers([each.text for each in ruled], contexts, 0.0) if ruled else []
    total: Counter[str] = Counter()
    same: Counter[str] = Counter()
    otherwise: dict[str, tuple[str, str]] = {}
    for each, answer in zip(ruled, answers, strict=True):
        total[each.text] += each.count
        same[each.text] += each.count * (answer.category == each.category)
        if answer.category != each.category:
            otherwise[each.text] = (each.category, answer.category)
    sums = []
    apart: Counter[str] = Counter()
    for back, window in enumerate(windows):
        cases, agreed = 0, 0.0
        for each_day in window:
            text = known[each_day.key].text
            if total[text]:
                cases += each_day.count
                agreed += each_day.count * same[text] / total[text]
                if not back and text in otherwise:
                    apart[text] += each_day.count
        sums.append((cases, agreed))
    cases, agreed = sums[0]
    before = sum(count for count, _ in sums[1:])
    if cases < limits.responses:
        return []
    usual = sum(count for _, count in sums[1:]) / before if before >= limits.responses else None
    limit = None if usual is None else usual - limits.agreement
    samples = tuple(Sample(text, count, *otherwise[text]) for text, count in apart.most_common(_MOST_SAMPLES))
    drifts = limit is not None and wilson(round(agreed), cases)[1] < limit
    return [
        Drift("model_agreement", "rules and model", round(agreed / cases, 5), _rounded(usual), _rounded(limit), cases,
              before, drifts, samples)
    ]  # fmt: skip


def _outcomes(
    histories: Iterable[tuple[Sequence[Bounce], Sequence[Sign]]], end: float, span: float, limits: Limits
) -> list[Drift]:
    """The latest days leave as many to see what becomes of whom they called dead."""
    late, early = (end - 2 * span, end - span), (end - (WINDOWS + 2) * span, end - 2 * span)
    counts = {late: [0, 0], early: [0, 0]}
    rules: Counter[str] = Counter()
    says: dict[str, str] = {}
    for bounces, signs in histories:
        void = {bounce.message: bounce.time for bounce in bounces if bounce.message}
        lives = [time for time, message in signs if void.get(message, -1.0) < time]
        for window, count in counts.items():
            verdict = next(
                (each for each in bounces
                 if each.permanent and each.category in DEAD and window[0] <= each.time < window[1]), None,
            )  # fmt: skip
            if verdict is None:
                continue
            until = verdict.time + span
            alive = any(verdict.time < time <= until for time in lives)
            again = any(verdict.time < each.time <= until and each.message != verdict.message for each in bounces)
            count[0] += alive or again
            count[1] += alive
            if alive and window == late:
                rules[verdict.rule or verdict.decided_by] += 1
                says[verdict.rule or verdict.decided_by] = verdict.category
    (cases, alive_now), (before, alive_then) = counts[late], counts[early]
    if cases < limits.recipients:
        return []
    usual = alive_then / before if before >= limits.recipients else None
    limit = None if usual is None else max(limits.share, limits.times * usual)
    drifts = limit is not None and wilson(alive_now, cases)[0] > limit
    samples = tuple(Sample(name, count, says[name]) for name, count in rules.most_common(_MOST_SAMPLES))
    return [
        Drift("outcomes", "verdicts and outcomes", round(alive_now / cases, 5), _rounded(usual), _rounded(limit), cases,
              before, drifts, samples)
    ]  # fmt: skip


def _rounded(share: float | None) -> float | None:
    return None if share is None else round(share, 5)
