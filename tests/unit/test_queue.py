"""What to label next: what comes often and is doubted, never what a rule decides."""

import pytest

from prellbock.classify.classifier import Classifier
from prellbock.classify.model import shipped_model
from prellbock.learn.pool import Seen
from prellbock.learn.queue import queue
from prellbock.rules.model import Example, Rule, RuleSet

KNOWN = Rule(
    name="frob", category="mailbox_full", match=("frobnication",), examples=(Example("550 frobnication"),), source="x"
)
SEEN = [
    Seen("550 wurzel gremlin of the hatch", 50),
    Seen("550 5.1.1 user unknown", 50),
    Seen("550 frobnication", 5000),
    Seen("554 the quux is not in its place", 5),
]


def test_the_doubted_and_frequent_come_first() -> None:
    found = queue(Classifier(RuleSet((KNOWN,))), shipped_model(), SEEN)
    texts = [each.text for each in found]
    assert texts[0] == SEEN[0].text
    assert SEEN[2].text not in texts
    assert [each.help for each in found] == sorted((each.help for each in found), reverse=True)
    for each in found:
        assert 0 <= each.doubt <= 1
        assert each.help <= each.responses + 0.001


@pytest.mark.parametrize("most", [1, 2])
def test_no_more_than_asked(most: int) -> None:
    assert len(queue(Classifier(RuleSet(())), shipped_model(), SEEN, most)) == most
    assert queue(Classifier(RuleSet(())), shipped_model(), []) == []
