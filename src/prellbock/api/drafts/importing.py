"""``POST /v1/drafts/{identity}/import``: a whole file of rules, ours or another system's, or a policy into a draft."""

import tomllib
from typing import Annotated, Any, Literal

import msgspec
from litestar import Request, Response, post
from litestar.params import FromPath, JSONBody

from prellbock.api.auth.access import Principal
from prellbock.api.auth.door import Door
from prellbock.api.auth.scopes import NEEDS
from prellbock.api.drafts.shown import DraftShown, IfMatch, draft_shown, revision_of
from prellbock.api.installation import Here
from prellbock.drafting import drafts, policies, rules
from prellbock.drafting.errors import DraftError
from prellbock.rules.import_kumomta import read_kumomta
from prellbock.rules.import_powermta import read_powermta
from prellbock.rules.imported import Refusal, as_toml
from prellbock.rules.model import Rule, RuleError
from prellbock.rules.toml import read_texts
from prellbock.store.contract import Store
from prellbock.taxonomy import CATEGORIES

MOST_TEXT = 5_000_000
"""Characters of a file."""
_FOREIGN = {"kumomta": read_kumomta, "powermta": read_powermta}


class Imported(msgspec.Struct, forbid_unknown_fields=True):
    """A file. ``categories`` says what the own classes of a foreign one are."""

    content: Annotated[str, msgspec.Meta(min_length=1, max_length=MOST_TEXT)]
    format: Literal["prellbock", "kumomta", "powermta"] = "prellbock"
    """``prellbock``: TOML, as versions are exported."""
    categories: dict[str, str] = {}
    everything: bool = False
    """Leave all rules out that are not in the file."""


class ImportShown(msgspec.Struct, frozen=True):
    """The draft; ``taken`` rules of the file are in it, those ``refused`` cannot be rules here."""

    draft: DraftShown
    taken: int
    refused: list[Refusal]


@post("/v1/drafts/{identity:str}/import", opt={NEEDS: "edit"}, status_code=200)
async def import_draft(
    request: Request[Principal, Any, Any], installation: Here, access: Door, identity: FromPath[str],
    data: JSONBody[Imported], if_match: IfMatch = None,
) -> Response[ImportShown]:  # fmt: skip
    """Takes the rules of a file into a draft, in place of those so named; of a policy's draft the whole policy."""
    who, now, revision = request.user.actor, installation.clock(), revision_of(if_match)
    shown = await installation.answering(_taken, installation.store, identity, data, who, now, revision)
    await access.record(
        request.user, "draft.import", identity, format=data.format, taken=shown.taken, refused=len(shown.refused)
    )
    return Response(shown, headers={"ETag": f'"{shown.draft.revision}"'})


def _taken(store: Store, identity: str, data: Imported, who: str, now: float, revision: int | None) -> ImportShown:
    if drafts.draft_of(store, identity).subject == "policy":
        if data.format != "prellbock":
            raise DraftError("refused", "format: a policy is TOML of ours; this draft is of the policy, not of rules")
        policies.read(data.content)
        draft = policies.write(store, identity, data.content, who, now, revision=revision)
        return ImportShown(draft_shown(store, draft), 0, [])
    found, refused = _read(data)
    if not found:
        raise DraftError("refused", "there is no rule in it that can be taken", refused=msgspec.to_builtins(refused))
    if data.everything:
        draft = rules.replace_all(store, identity, found, who, now, revision=revision)
    else:
        draft = rules.edit(store, identity, {rule.name: rule for rule in found}, who, now, revision=revision)
    return ImportShown(draft_shown(store, draft), len(found), refused)


def _read(data: Imported) -> tuple[list[Rule], list[Refusal]]:
    if unknown := [category for category in data.categories.values() if category not in CATEGORIES]:
        raise DraftError("refused", f"categories: {unknown[0][:80]!r} is none; there are {', '.join(CATEGORIES)}")
    content, refused = data.content, list[Refusal]()
    try:
        if data.format != "prellbock":
            found, refusals = _FOREIGN[data.format](content, data.categories)
            refused = list(refusals)
            if not found:
                return [], refused
            content = as_toml(found, f"imported ({data.format})", data.format)
        return list(read_texts([("import.toml", content)]).rules), refused
    except tomllib.TOMLDecodeError as error:
        raise DraftError("refused", f"the file cannot be read: {error}") from None
    except RuleError as error:
        what = f"the rules cannot be used: {error.problems[0]}"
        raise DraftError("refused", what, problems=policies.problems(error)) from None
