"""Which stored verdicts move when other rules come into force?"""

from collections.abc import Sequence

from prellbock.classify.classifier import Classifier, Key
from prellbock.store.judgements import Become, Judged


def moves_of(judgements: Sequence[Judged], before: Classifier, after: Classifier) -> dict[int, Become]:
    """Which judgements move when ``after`` comes into force in place of ``before``.

    Mostly that is where the new verdict is another than the stored one. Of what was stored before contexts were kept,
    or with names taken out (hashed mode), the stored verdict may not come out again; there it must differ from what
    ``before`` says, too.
    """
    keys = [(each.text, each.provider, each.smtp_code, each.status, each.stage, each.reporter) for each in judgements]
    changed: list[tuple[Judged, Become, Key]] = []
    for each, key, new in zip(judgements, keys, after.verdicts_of(keys), strict=True):
        if (new.category, new.decided_by, new.rule) != (each.category, each.decided_by, each.rule):
            changed.append((each, Become(new.category, new.decided_by, new.rule), key))
    moves: dict[int, Become] = {}
    for (each, become, _), old in zip(changed, before.verdicts_of([key for _, _, key in changed]), strict=True):
        is_known = each.ruleset not in ("", before.version)
        if is_known or become != Become(old.category, old.decided_by, old.rule):
            moves[each.key] = become
    return moves
