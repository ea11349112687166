"""``/v1/learning``: what to label first, from when recipients count as dead, what is known of the model."""

from typing import Annotated, Any

import msgspec
from litestar import get
from litestar.params import QueryParameter

from prellbock.api.auth.scopes import NEEDS
from prellbock.api.installation import Here
from prellbock.classify.model import describe, shipped_model
from prellbock.drafting import rules as drafts
from prellbock.learn import proposals
from prellbock.learn.queue import MOST, Question, queue
from prellbock.learn.survival import TARGET, Recommendation, State, recommend

Limit = Annotated[int, QueryParameter(ge=1, le=1000, description="Templates at most.")]
Target = Annotated[float, QueryParameter(ge=0, le=1, description="Greatest share of living among the suppressed.")]


class Questions(msgspec.Struct, frozen=True):
    """The most helpful first, one of each family."""

    items: list[Question]


class Thresholds(msgspec.Struct, frozen=True):
    """After how many failures over how many days recipients prove dead."""

    items: list[Recommendation]
    states: list[State]
    """What became of those who had failed so often over so many days: the points of the curves."""
    target: float
    counting: bool
    """Much is stored and still being counted: ask again."""


@get("/v1/learning/queue", opt={NEEDS: "read"})
async def labelling_queue(installation: Here, limit: Limit = MOST) -> Questions:
    """Templates whose labelling would help most: frequent, and doubted by the text model."""
    store = installation.lists

    def found() -> Questions:
        classifier = drafts.classifier_of(drafts.in_force(store))
        return Questions(queue(classifier, shipped_model(), proposals.seen(store), limit))

    return await installation.answering(found)


@get("/v1/learning/thresholds", opt={NEEDS: "read"})
async def thresholds(installation: Here, target: Target = TARGET) -> Thresholds:
    """For every category and provider the earliest state that proves enough, beside that of the shipped policy."""
    states = await installation.hindsight.states()
    return Thresholds(recommend(states or [], target), states or [], target, states is None)


@get("/v1/learning/model", opt={NEEDS: "read"}, sync_to_thread=True)
def model_card() -> dict[str, Any]:
    """What is known about the text model: data, thresholds, figures; as ``prellbock learn show``."""
    return describe(shipped_model())
