"""What is to be known of the shipped model? The model card, from the model and from measurements of its kind.

The text stands in `card.md`; figures come from what `learn report`, `learn compare` and `learn restore` printed with
--json, stored in files. Lines of the first two name the digest of the texts, which must be that of the model.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path
from string import Template
from typing import Any

import msgspec

from prellbock.classify.model import TextModel
from prellbock.learn.beside import Beside
from prellbock.learn.figures import Figures
from prellbock.learn.report import WAYS, Group

TEMPLATE = Path(__file__).parent / "card.md"
_REPORT = (
    "left out", "texts", "all", "surest 60 %", "decided", "right of these", "dead", "cost", "error of calibration",
)  # fmt: skip
_BESIDE = ("texts", "number", "rules taken away", "right", "fault", "unclassified", "dead")
_LANGUAGES = ("language", "texts", "all", "decided", "right of these", "dead")
_RESTORED = ("texts parted by", "seeds", "restored", "at most", "with the model", "called dead falsely", "then")
_COMPARE = (
    "model", "all", "surest 60 %", "decided", "right of these", "dead", "cost", "error of calibration", "MB",
    "training", "texts/s",
)  # fmt: skip


class CardError(ValueError):
    """Measurements that are missing or belong to another model; says what to run."""


class Measured(msgspec.Struct, frozen=True, kw_only=True):
    """A line of `learn report` (it has a ``way``) or of `learn compare` (it has a ``name``)."""

    data: str
    """Digest of the texts that were measured with."""
    date: str
    figures: Figures | None = None
    way: str = ""
    groups: tuple[Group, ...] = ()
    confusion: tuple[tuple[str, str, int], ...] = ()
    name: str = ""
    missing: str | None = None
    octets: int = 0
    training_seconds: float = 0.0
    texts_per_second: float = 0.0


class Besides(msgspec.Struct, frozen=True, kw_only=True):
    """A line of `learn report` about rules and model together."""

    data: str
    date: str
    beside: Beside


class Restoration(msgspec.Struct, frozen=True, kw_only=True):
    """A line of `learn restore`: of one seed, or of several together."""

    way: str
    restored: float
    ceiling: float
    restored_and_model: float
    false_dead_half: int
    false_dead_with_proposals: int
    seed: int | None = None
    seeds: tuple[int, ...] = ()
    data: str = "not said"
    date: str = "not said"


Result = Measured | Besides | Restoration


def read_results(files: Iterable[Path]) -> list[Result]:
    """The lines of stored measurements. Raises `CardError` where one is none."""
    found: list[Result] = []
    for file in files:
        for number, line in enumerate(file.read_bytes().splitlines(), 1):
            try:
                fields = msgspec.json.decode(line, type=dict[str, Any])
                if "ceiling" in fields:
                    found.append(msgspec.convert(fields, Restoration))
                elif "beside" in fields:
                    found.append(msgspec.convert(fields, Besides))
                else:
                    found.append(msgspec.convert(fields, Measured))
            except msgspec.MsgspecError as error:
                raise CardError(f"{file}:{number} is no output of learn report, compare or restore: {error}") from error
    return found


def card_of(model: TextModel, results: Sequence[Result]) -> str:
    """The card as Markdown. Raises `CardError` where results are missing or of other texts than the model's."""
    about = model.about
    measured = [row for row in results if isinstance(row, Measured)]
    for row in results:
        if not isinstance(row, Restoration) and row.data != about.data:
            what = f"beside rules, {row.beside.way}," if isinstance(row, Besides) else row.way or row.name
            raise CardError(
                f"{what} was measured with texts {row.data}, the model was trained on {about.data}; "
                "run `prellbock learn report --json` and `learn compare --json` anew"
            )
    ways = {row.way: row for row in measured if row.way}
    kinds = [row for row in measured if row.name]
    if "folds" not in ways or not kinds:
        raise CardError("the card needs the output of learn report and of learn compare")
    folds = ways["folds"]
    told = msgspec.to_builtins(folds.figures) or {}
    if any(told.get(name) != value for name, value in about.evaluation.items()):
        raise CardError("the folds of the report are not those of the model; train it anew, or measure anew")
    values = {
        "version": model.version,
        "texts": f"{about.texts:,}",
        "data": about.data,
        "rules": about.rules,
        "trained_with": about.trained_with,
        "classes": len(about.classes),
        "megabytes": round(model.octets / 1e6),
        "report_date": folds.date,
        "report": _table(_REPORT, [(row.way, f"{told.texts:,}", *_shares(told)) for row, told in _told(ways.values())]),
        "confusion": "; ".join(f"`{is_}` called `{said}` {count} times" for is_, said, count in folds.confusion[:5]),
        "languages": _languages(ways.get("language")),
        "unmeasured": ", ".join(way for way in WAYS if way not in ways) or "nothing",
        "compare_date": kinds[0].date,
        "compared": max(told.texts for _, told in _told(kinds)),
        "compare": _table(_COMPARE, [_compared(row) for row in kinds]),
        "choice": _choice(kinds),
        "beside": _beside([row.beside for row in results if isinstance(row, Besides)]),
        "restored": _restored([row for row in results if isinstance(row, Restoration)]),
    }  # fmt: skip
    return Template(TEMPLATE.read_text("utf-8")).substitute(values)


def _beside(rows: Sequence[Beside]) -> str:
    """Rules alone, and below them rules with the model."""
    if not rows:
        return "Not measured for this model."
    return _table(_BESIDE, [
        (f"{row.way}: {name}", f"{told.texts:,}", row.rules_taken, f"{told.category:.3f}", f"{told.fault:.3f}",
         f"{told.unclassified:.3f}", told.false_dead)
        for row in rows for name, told in (("rules", row.rules), ("rules and model", row.rules_and_model))
    ])  # fmt: skip


def _choice(kinds: Sequence[Measured]) -> str:
    """What the table says for and against the kind that is shipped, which stands first."""
    told = {row.name: figures for row, figures in _told(kinds)}
    shipped = next(iter(told))
    by_accuracy = sorted(told, key=lambda name: -told[name].accuracy)
    by_cost = sorted(told, key=lambda name: told[name].cost)
    place = by_accuracy.index(shipped) + 1
    small = [row.name for row in kinds if row.figures is not None and row.octets < 10_000_000]
    return (
        f"By accuracy the shipped kind is number {place} of {len(told)} (best: {by_accuracy[0]}, "
        f"{told[by_accuracy[0]].accuracy:.3f}), by cost number {by_cost.index(shipped) + 1} (best: {by_cost[0]}, "
        f"{told[by_cost[0]].cost:.2f}). Below 10 MB, and with numpy alone, are: {', '.join(small)}; of these it is "
        f"number {[name for name in by_accuracy if name in small].index(shipped) + 1} by accuracy."
    )


def _languages(row: Measured | None) -> str:
    if row is None:
        return "Not measured for this model."
    return _table(_LANGUAGES, [
        (group.name, group.texts, f"{group.accuracy:.3f}", f"{group.decided:.3f}", _share(group.decided_accuracy),
         group.decided_false_dead) for group in row.groups
    ])  # fmt: skip


def _restored(rows: Sequence[Restoration]) -> str:
    """Of each way the line of several seeds, where there is one."""
    if not rows:
        return "`prellbock learn restore` measures that."
    several = {row.way for row in rows if row.seeds}
    table = _table(_RESTORED, [
        (row.way, ", ".join(map(str, row.seeds or (row.seed,))), f"{row.restored:.3f}", f"{row.ceiling:.3f}",
         f"{row.restored_and_model:.3f}", row.false_dead_half, row.false_dead_with_proposals)
        for row in rows if row.seeds or row.way not in several
    ])  # fmt: skip
    return f"{table}\n\nMeasured: {rows[0].date}, texts {rows[0].data}."


def _compared(row: Measured) -> tuple[str, ...]:
    if row.figures is None:
        return (row.name, row.missing or "not measured", *("" for _ in _COMPARE[2:]))
    megabytes, speed = f"{row.octets / 1e6:.0f}", f"{row.texts_per_second:,.0f}"
    return (row.name, *_shares(row.figures), megabytes, f"{row.training_seconds:.0f} s", speed)


def _told(rows: Iterable[Measured]) -> list[tuple[Measured, Figures]]:
    return [(row, row.figures) for row in rows if row.figures is not None]


def _shares(told: Figures) -> tuple[str, ...]:
    return (
        f"{told.accuracy:.3f}", f"{told.accuracy_at_06:.3f}", f"{told.decided:.3f}", _share(told.decided_accuracy),
        str(told.decided_false_dead), f"{told.cost:.2f}", f"{told.calibration_error:.3f}",
    )  # fmt: skip


def _share(value: float | None) -> str:
    return "" if value is None else f"{value:.3f}"


def _table(head: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines)
