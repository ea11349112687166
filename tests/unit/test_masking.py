import json
import random
from functools import cache
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from prellbock.classify.classifier import Classifier, context_of
from prellbock.classify.masking import mask
from prellbock.events import DeliveryEvent
from prellbock.rules.toml import read_default, read_folder

SMALL = Path(__file__).parents[1] / "data" / "rules"
CORPUS = Path(__file__).parents[3] / "shared" / "corpus" / "responses.jsonl"


@pytest.mark.parametrize(
    ("text", "template"),
    [
        ("550 5.1.1 <u.x@Example.com>: User unknown", "550 5.1.1 <{address}>: User unknown"),
        ("host mx1.example.com[192.0.2.1] said: 550-5.7.1 no", "host {host}[{ip}] said: 550-5.7.1 no"),
        ("blocked using zen.spamhaus.org", "blocked using zen.spamhaus.org"),
        ("try again in 3600 seconds, id 123456", "try again in 3600 seconds, id {number}"),
        ("[CS01] (RLY:B1) S3140 AUP#1260 OU-001 [TSS04]", "[CS01] (RLY:B1) S3140 AUP#1260 OU-001 [TSS04]"),
        ("over quota x12si1234567wrb.23 - gsmtp", "over quota {id} - gsmtp"),
        ("queued as 3F2A6B1234C at 12:34:56 on 2024-05-06", "queued as {id} at {time} on {time}"),
        ("see https://a.example/errors/550-bl23.html?ip=1.2.3.4", "see https://a.example/errors/550-bl23.html?ip={ip}"),
        ("550-192.0.2.1 is listed. 550 bye", "550-{ip} is listed. 550 bye"),
        ("from [2001:db8::17] to=<a@b.example>", "from [{ip}] to=<{address}>"),
        ("id=20025-09 - SPAM, RFC 5322", "id={id} - SPAM, RFC 5322"),
        ("AM0EUR02FT004.mail.protection.outlook.com", "{host}.mail.protection.outlook.com"),
        ("rejected.For help", "rejected.For help"),
        ("a  b\r\nc", "a b c"),
    ],
)
def test_what_varies_is_masked_and_what_tells_is_kept(text: str, template: str) -> None:
    assert mask(text) == template


_WORDS = """
550 5.1.1 550-5.7.1 u@example.com <a.b@c.example>: 192.0.2.1 [2001:db8::1] mx1.example.net {ip} {host} user unknown
https://x.example/a?id=12345678&v=1.2.3.4 https://x.example/{id} 12:30:00 2024-01-02 3600 seconds 123456 A1B2C3D4E5
zen.spamhaus.org [CS01] x12si1234567wrb.23 a=b+c/d== blocked using over quota ( ) ; , Ü
"""
_RESPONSES = (
    st.lists(st.sampled_from(_WORDS.split()), max_size=10).map(" ".join)
    | st.lists(st.sampled_from(_WORDS.split()), max_size=4).map("".join)
    | st.text(max_size=60)
    | st.text("a1@.:/-{}<>[]= 5", max_size=40)
)


@given(_RESPONSES)
@example("1550 M@Daemon: no such user")
@example("[2001mx1.example.netdb8::240]")
@example("[Ü2001:d3b8::1]")
def test_masking_a_template_changes_nothing(text: str) -> None:
    assert mask(mask(text)) == mask(text)


@pytest.fixture(scope="module", params=["small", "shipped"])
def classifier(request: pytest.FixtureRequest) -> Classifier:
    return Classifier(read_folder(SMALL)) if request.param == "small" else Classifier.default()


@given(_RESPONSES)
def test_masking_never_changes_a_verdict(text: str) -> None:
    judge = _small()
    assert judge.classify(DeliveryEvent(response=mask(text))) == judge.classify(DeliveryEvent(response=text))


@given(_RESPONSES)
def test_masking_keeps_the_codes(text: str) -> None:
    assert context_of(DeliveryEvent(response=mask(text))) == context_of(DeliveryEvent(response=text))


def test_masking_never_changes_a_verdict_on_mutated_examples(classifier: Classifier) -> None:
    chance = random.Random(7)
    rules = (*read_default().rules, *read_folder(SMALL).rules)
    examples = [example.text for rule in rules for example in rule.examples]
    signs = [*"0123456789abcxyz@.:/-_{}[]()<>=;, #%&+\n\\", *_WORDS.split()]
    texts = []
    for _ in range(10_000):
        text = chance.choice(examples)
        for _ in range(chance.randrange(1, 4)):
            at = chance.randrange(len(text) + 1)
            text = text[:at] + chance.choice(signs) + text[at + chance.randrange(3) :]
        texts.append(text)
    templates = [mask(text) for text in texts]
    assert [mask(template) for template in templates] == templates
    before = classifier.classify_many([DeliveryEvent(response=text) for text in texts])
    assert classifier.classify_many([DeliveryEvent(response=template) for template in templates]) == before


@cache
def _small() -> Classifier:
    return Classifier(read_folder(SMALL))


def test_masking_never_changes_a_verdict_on_real_responses(classifier: Classifier) -> None:
    if not CORPUS.exists():
        pytest.skip(f"{CORPUS} is not here: the labelled responses are not part of the project")
    texts = [json.loads(line)["text"] for line in CORPUS.read_text(encoding="utf-8").splitlines()]
    texts += [example.text for rule in read_default().rules for example in rule.examples]
    before = classifier.classify_many([DeliveryEvent(response=text) for text in texts])
    after = classifier.classify_many([DeliveryEvent(response=mask(text)) for text in texts])
    assert after == before
    assert len(set(map(mask, texts))) < len(set(texts))
