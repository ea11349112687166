"""UTF-8 that somebody read as Latin-1 or Windows-1252 (classify/mojibake.py)."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from prellbock.classify.classifier import Classifier
from prellbock.classify.masking import mask
from prellbock.classify.mojibake import repaired
from prellbock.events import DeliveryEvent

TEXTS = {
    "550 Der Empfänger existiert nicht": "unknown_recipient",
    "550 Postfach überfüllt": "mailbox_full",
    "550 Konto odbiorcy zostało wyłączone": "inactive_recipient",
    "550 Пользователь не найден": "unknown_recipient",
    "550 该用户不存在": "unknown_recipient",
    "550 boîte aux lettres désactivée": "inactive_recipient",
}


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("times", [1, 2])
def test_a_misread_text_has_the_verdict_of_the_text(text: str, times: int) -> None:
    misread = text
    for _ in range(times):
        misread = misread.encode().decode("latin-1")
    assert repaired(misread) == text
    verdict = Classifier.default().classify(DeliveryEvent(response=misread))
    assert (verdict.category, verdict.template) == (TEXTS[text], mask(text))


@pytest.mark.parametrize(
    "text",
    [
        "«FERMÉ» à l’été, naïveté: ça va»",
        "São Paulo, ação",
        "ÄÖÜ Größe äöüß",
        "Ångström ÅÄÖ",
        "user doesn’t exist — “x”",
        *TEXTS,
    ],
)
def test_a_well_read_text_stays(text: str) -> None:
    assert repaired(text) == text


def test_a_misread_quotation_mark() -> None:
    assert repaired("user doesnâ€™t exist") == "user doesn’t exist"


@pytest.mark.parametrize("text", ["550 Пользователь не найден", "550 нет такого ящика", "552 почтовый ящик переполнен"])
def test_russian_misread_as_windows_1251(text: str) -> None:
    misread = text.encode().decode("cp1251")
    assert repaired(misread) == text
    event, plain = DeliveryEvent(response=misread), DeliveryEvent(response=text)
    verdict, wanted = (Classifier.default().classify(each) for each in (event, plain))
    assert (verdict.category, verdict.template) == (wanted.category, wanted.template)
    assert wanted.fault == "recipient"


@pytest.mark.parametrize("text", ["РІЗНІ СІРІ", "СЁСТРЫ РЁВ", "Рё Сё"])
def test_cyrillic_capitals_stay(text: str) -> None:
    assert repaired(text) == text


@given(st.text(alphabet="РСёіЂѓ°µ»Ð\xa0 a", max_size=12))
@example("РЅ" * 3)
@example("Ð\xa0Ð\x85" * 4)
def test_repairing_cyrillic_twice_changes_nothing(text: str) -> None:
    assert repaired(repaired(text)) == repaired(text)


@given(st.text(alphabet=st.characters(max_codepoint=0x2122), max_size=40))
def test_repairing_twice_changes_nothing(text: str) -> None:
    assert repaired(repaired(text)) == repaired(text)
