"""The same systems in other languages, versions and moods: delayed, several recipients, without the machine part."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from prellbock.sources.mail import read_mail

SOURCE = Path(__file__).parents[1] / "data" / "mails" / "variants.toml"
VARIANTS: dict[str, dict[str, Any]] = tomllib.loads(SOURCE.read_text(encoding="utf-8"))

ADMINISTRATORS = {
    "de": ("Diagnoseinformationen für Administratoren:", "Generierender Server:", "Unzustellbar: x"),
    "fr": ("Informations de diagnostic pour les administrateurs :", "Génération du serveur :", "Non remis : x"),
    "es": ("Información de diagnóstico para los administradores:", "Generando servidor:", "No se puede entregar: x"),
    "it": ("Informazioni di diagnostica per gli amministratori:", "Server di generazione:", "Non recapitabile: x"),
    "nl": ("Diagnostische gegevens voor beheerders:", "Server die de fout genereert:", "Onbestelbaar: x"),
    "pt": ("Informações de diagnóstico para administradores:", "Gerando servidor:", "Não é possível entregar: x"),
    "sv": ("Diagnostikinformation för administratörer:", "Genererande server:", "Det går inte att leverera: x"),
    "da": ("Diagnosticeringsoplysninger til administratorer:", "Genererer server:", "Kan ikke leveres: x"),
    "no": ("Diagnostisk informasjon for administratorer:", "Genererer server:", "Kan ikke leveres: x"),
    "fi": ("Diagnostiikkatietoja järjestelmänvalvojille:", "Luova palvelin:", "Ei voi toimittaa: x"),
    "pl": ("Informacje diagnostyczne dla administratorów:", "Serwer generujący:", "Nie można dostarczyć: x"),
    "cs": ("Diagnostické informace pro správce:", "Generující server:", "Nedoručitelné: x"),
    "ru": ("Диагностические сведения для администраторов:", "Создающий сервер:", "Недоставленное сообщение: x"),
    "tr": ("Yöneticiler için tanılama bilgileri:", "Oluşturan sunucu:", "Teslim Edilemedi: x"),
    "ja": ("管理者向けの診断情報:", "生成サーバー:", "配信不能: x"),
    "zh": ("供管理员使用的诊断信息:", "生成服务器:", "未送达: x"),
    "ko": ("관리자용 진단 정보:", "생성 서버:", "배달되지 않음: x"),
}
"""Exchange 2007 and later, by language: the heading, the line of the server, the subject."""

UNREACHED = {
    "en": ("The following recipient(s) could not be reached:", "on 3/3/2009 10:05 AM", "Undeliverable: x"),
    "de": ("Folgende(r) Empfänger kann/können nicht erreicht werden:", "am 03.03.2009 10:05", "Unzustellbar: x"),
    "fr": ("Impossible de contacter le(s) destinataire(s) suivant(s) :", "le 03/03/2009 10:05", "Non remis : x"),
    "es": (
        "No se puede tener acceso a los destinatarios siguientes:",
        "el 03/03/2009 10:05",
        "No se puede entregar: x",
    ),
    "it": ("Impossibile raggiungere i seguenti destinatari:", "il 03/03/2009 10.05", "Non recapitabile: x"),
    "nl": ("De volgende geadresseerde(n) kunnen niet worden bereikt:", "op 3-3-2009 10:05", "Onbestelbaar: x"),
}
"""Exchange 2000 and 2003, by language."""

Row = tuple[str | None, str | None, str | None, int | None]


def read(text: str, subject: str, sender: str) -> list[Row]:
    head = f"Return-Path: <>\nFrom: {sender}\nTo: b@shop.example\nSubject: {subject}\n"
    head += "Date: Tue, 3 Mar 2026 10:00:00 +0000\nContent-Type: text/plain; charset=utf-8\n\n"
    events = read_mail((head + text).encode())
    return [(event.outcome, event.recipient, event.status, event.smtp_code) for event in events]


@pytest.mark.parametrize("name", VARIANTS)
def test_variant(name: str) -> None:
    variant = VARIANTS[name]
    expected = [(row[0], row[1], row[2] or None, row[3] or None) for row in variant["expected"]]
    assert read(variant["text"], variant["subject"], variant["from"]) == expected


@pytest.mark.parametrize("language", ADMINISTRATORS)
def test_exchange_speaks_many_languages(language: str) -> None:
    words, server, subject = ADMINISTRATORS[language]
    text = (
        f"x\n\n{words}\n\n{server} mail.example.net\n\njane@example.org\nmx.example.org\n"
        "Remote Server returned '550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found'\n\n"
        "max@example.org\nmx.example.org\nRemote Server returned '552 5.2.2 mailbox full'\n"
    )
    assert read(text, subject, "postmaster@example.net") == [
        ("bounced", "jane@example.org", "5.1.10", 550),
        ("bounced", "max@example.org", "5.2.2", 552),
    ]


@pytest.mark.parametrize("language", UNREACHED)
def test_older_exchange_too(language: str) -> None:
    words, on, subject = UNREACHED[language]
    text = (
        f"{words}\n\n      jane@example.org {on}\n            x\n            <mx.example.org #5.1.1 smtp;550 5.1.1 x>"
    )
    sender = "System Administrator <postmaster@example.net>"
    assert read(text, subject, sender) == [("bounced", "jane@example.org", "5.1.1", 550)]
