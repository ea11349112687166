"""``/v1/versions``: what was published of rules and policies; compare, export, bring back."""

from typing import Any

import msgspec
from litestar import MediaType, Request, Response, get, post, put
from litestar.params import FromPath, FromQuery, JSONBody

from prellbock.api.auth.access import Principal
from prellbock.api.auth.door import Door
from prellbock.api.auth.scopes import NEEDS
from prellbock.api.drafts.shown import Changed, VersionShown, changed, version_shown
from prellbock.api.installation import Here
from prellbock.api.problems import ProblemError
from prellbock.drafting import naming, policies, rules
from prellbock.rules.changes import differences
from prellbock.rules.written import to_toml
from prellbock.store.contract import Store
from prellbock.store.revisions import Subject


class Compared(msgspec.Struct, frozen=True):
    """What differs: of rules one by one, of a policy as a unified difference of its text."""

    old: str
    new: str
    changes: list[Changed]
    text: str | None


class ReviewSetting(msgspec.Struct, forbid_unknown_fields=True):
    """Whether somebody who has not written a draft must approve it before it is published."""

    four_eyes: bool


@get("/v1/versions/{subject:str}", opt={NEEDS: "read"})
async def list_versions(installation: Here, subject: FromPath[str]) -> list[VersionShown]:
    """All versions, the newest first; the last, number 0, is what is shipped."""
    store, kind = installation.lookups, _subject(subject)

    def found() -> list[VersionShown]:
        in_force = store.in_force(kind)
        return [*(version_shown(each, in_force) for each in store.versions(kind)), _shipped(store, kind, in_force)]

    return await installation.answering(found)


def _shipped(store: Store, subject: Subject, in_force: int) -> VersionShown:
    default = policies.text_of_version(store, 0)
    version = store.base("").version if subject == "rules" else policies.read(default).version
    return VersionShown(
        subject=subject, number=0, version=version, in_force=in_force == 0, title="shipped with Prellbock", authors=[],
        reviewer=None, publisher=None, published=None, restores=None,
    )  # fmt: skip


@get("/v1/versions/{subject:str}/diff", opt={NEEDS: "read"})
async def compare_versions(
    installation: Here, subject: FromPath[str], old: FromQuery[str] = "in-force", new: FromQuery[str] = "in-force"
) -> Compared:
    """What differs between two versions, drafts or presets: ``in-force``, ``shipped``, a number, a draft's id."""
    store, kind = installation.lookups, _subject(subject)

    def found() -> Compared:
        if kind == "policy":
            return Compared(old, new, [], naming.text_difference(store, old, new))
        one, other = (naming.rules_named(store, each).ruleset for each in (old, new))
        return Compared(old, new, [changed(each) for each in differences(one, other)], None)

    return await installation.answering(found)


@get("/v1/versions/{subject:str}/export", opt={NEEDS: "read"}, media_type=MediaType.TEXT)
async def export_version(
    installation: Here, subject: FromPath[str], of: FromQuery[str] = "in-force", own: FromQuery[bool] = False
) -> Response[str]:
    """A version, draft or preset as TOML; ``own``: of rules only those that are not shipped as they are."""
    store, kind = installation.lookups, _subject(subject)

    def written() -> str:
        if kind == "policy":
            return naming.policy_named(store, of)
        found = naming.rules_named(store, of)
        return to_toml(rule for rule in found.ruleset.rules if not own or rule.name in found.changes)

    text = await installation.answering(written)
    return Response(text, media_type="application/toml; charset=utf-8")


@post("/v1/versions/{subject:str}/{number:int}/restore", opt={NEEDS: "publish"}, status_code=200)
async def restore_version(
    request: Request[Principal, Any, Any], installation: Here, access: Door, subject: FromPath[str],
    number: FromPath[int],
) -> VersionShown:  # fmt: skip
    """Puts an earlier version into force again, as a new version. It was approved once: no second person is needed."""
    store, kind, who, now = installation.store, _subject(subject), request.user.actor, installation.clock()

    def made() -> VersionShown:
        restore = rules.restore if kind == "rules" else policies.restore
        new = restore(store, number, who, now)
        found = store.version(kind, new)
        assert found is not None
        return version_shown(found, new)

    shown = await installation.answering(made)
    await access.record(request.user, f"{kind}.restore", str(shown.number), restores=number, version=shown.version)
    return shown


@get("/v1/review", opt={NEEDS: "read"})
async def review_setting(installation: Here) -> ReviewSetting:
    """Whether a second person must approve drafts."""
    return ReviewSetting(await installation.answering(lambda: installation.lookups.four_eyes))


@put("/v1/review", opt={NEEDS: "admin"})
async def set_review(
    request: Request[Principal, Any, Any], installation: Here, access: Door, data: JSONBody[ReviewSetting]
) -> ReviewSetting:
    """Lets a second person approve drafts, or no longer."""
    await installation.answering(installation.store.require_four_eyes, data.four_eyes)
    await access.record(request.user, "review.setting", "four_eyes", required=data.four_eyes)
    return data


def _subject(text: str) -> Subject:
    if text == "rules":
        return "rules"
    if text == "policy":
        return "policy"
    raise ProblemError(404, "there are versions of `rules` and of `policy`")
