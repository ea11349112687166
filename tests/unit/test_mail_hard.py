"""Reports that are easily missed or mistaken: answers in many languages, addresses given up, feedback of every kind."""

import base64
from email.header import Header

import pytest

from prellbock.events import DeliveryEvent
from prellbock.sources.mail import read_mail
from prellbock.sources.mail.address_text import typed_address


def mail(subject: str, text: str = "Hello", head: str = "", sender: str = "Jane <jane@example.org>") -> bytes:
    return (
        f"{head}From: {sender}\nTo: news@shop.example\nSubject: {Header(subject, 'utf-8').encode()}\n"
        f"Date: Tue, 3 Mar 2026 10:00:00 +0000\nContent-Type: text/plain; charset=utf-8\n\n{text}\n"
    ).encode()


def one(raw: bytes) -> DeliveryEvent:
    (event,) = read_mail(raw)
    return event


@pytest.mark.parametrize(
    "subject",
    [
        "Automatic reply: Your order", "Automatische Antwort: Ihre Bestellung", "Abwesenheitsnotiz: Ihre Bestellung",
        "Réponse automatique : Votre commande", "Respuesta automática: Su pedido", "Risposta automatica: Il suo ordine",
        "Automatisch antwoord: Uw bestelling", "Resposta automática: Seu pedido", "Automatiskt svar: Din beställning",
        "Automatisk svar: Din bestilling", "Automaattinen vastaus: Tilauksesi", "Odpowiedź automatyczna: Zamówienie",
        "Automatická odpověď: Objednávka", "Automatická odpoveď: Objednávka", "Automatikus válasz: Rendelés",
        "Răspuns automat: Comanda", "Otomatik yanıt: Siparişiniz", "Автоматический ответ: Ваш заказ",
        "Автоматична відповідь: Замовлення", "Αυτόματη απάντηση: Παραγγελία", "Автоматичен отговор: Поръчка",
        "Automatski odgovor: Narudžba", "Samodejni odgovor: Naročilo", "Automaatvastus: Tellimus",
        "Automatinis atsakymas: Užsakymas", "自動応答: ご注文", "自动答复: 订单", "自動回覆: 訂單", "자동 회신: 주문",
        "ตอบกลับอัตโนมัติ: คำสั่งซื้อ", "Trả lời tự động: Đơn hàng", "Balasan otomatis: Pesanan",
        "Erantzun automatikoa: eskaintza", "Freagra uathoibríoch: tairiscint", "स्वचालित उत्तर: प्रस्ताव",
        "Автовідповідь: Пропозиція", "Аўтаматычны адказ: Прапанова", "Outomatiese antwoord: aanbod",
        "מענה אוטומטי: הזמנה",
        "رد تلقائي: طلبك", "Out of Office Re: Your order", "AUTO: Jane is out of the office (returning 09.03.2026)",
    ],
)  # fmt: skip
def test_answers_in_many_languages(subject: str) -> None:
    event = one(mail(subject, "I am back on Monday. Ich bin ab Montag wieder da."))
    assert (event.outcome, event.recipient) == ("auto_reply", "jane@example.org")


@pytest.mark.parametrize(
    ("subject", "head"),
    [
        ("Re: Your order", "Auto-Submitted: auto-replied\n"),
        ("Re: Your order", "X-Autoreply: yes\nPrecedence: bulk\n"),
        ("Re: Your order", "X-Mail-Autoreply: vacation\n"),
        ("Re: Your order", "Precedence: auto_reply\nX-Precedence: auto_reply\n"),
        ("I'm away: Your order", "Return-Path: <>\nAuto-Submitted: auto-generated\n"),
        ("Urlaub", "Auto-Submitted: auto-replied (vacation)\n"),
        ("mimo kancelář", "Return-Path: <>\nX-Auto-Response-Suppress: All\n"),
        ("В отпуске до 9 марта", "Return-Path: <>\nAuto-Submitted: auto-generated\n"),
        ("不在のお知らせ", "Return-Path: <>\nPrecedence: junk\n"),
        ("Fuori sede", "Return-Path: <>\n"),
    ],
)
def test_answers_known_by_their_headers(subject: str, head: str) -> None:
    assert one(mail(subject, "Back soon.", head)).outcome == "auto_reply"


GONE = [
    "This email address is no longer in use. Please write to max@example.org.",
    "Jane Doe is no longer with the company. Max takes care of your request.",
    "I have left. Jane no longer works here.",
    "This mailbox has been closed.",
    "Diese E-Mail-Adresse wird nicht mehr verwendet, bitte nutzen Sie info@example.org.",
    "Frau Doe hat das Unternehmen verlassen. Bitte wenden Sie sich an max@example.org.",
    "Das Postfach wurde geschlossen.",
    "Cette adresse n'est plus utilisée. Écrivez à max@example.org.",
    "Jane ne travaille plus chez nous.",
    "Esta dirección ya no está en uso.",
    "Jane ya no trabaja en la empresa.",
    "Questo indirizzo non è più attivo.",
    "Dit adres is niet meer in gebruik.",
    "Este endereço não está mais ativo.",
    "Jane já não trabalha na empresa.",
    "Ten adres nie jest już używany.",
    "Tato adresa již není používána.",
    "Den här adressen används inte längre.",
    "Jane har sluttet hos oss.",
    "Osoite ei ole enää käytössä.",
    "Этот адрес больше не используется.",
    "このアドレスは現在使われておりません。",
    "田中は退職いたしました。",
    "此邮箱已停用，请联系新地址。",
    "이 주소는 더 이상 사용되지 않습니다.",
    "Bu adres artık kullanılmıyor.",
]


@pytest.mark.parametrize("text", GONE)
def test_an_address_given_up_is_no_absence(text: str) -> None:
    event = one(mail("Automatic reply: Your order", f"Hello,\n\n{text}\n", "Auto-Submitted: auto-replied\n"))
    assert (event.outcome, event.recipient, event.status) == ("bounced", "jane@example.org", None)
    assert event.response is not None and event.response.endswith("[this e-mail address is no longer in use]")
    assert "Automatic reply" not in event.response
    # The same words of a person report nothing.
    assert read_mail(mail("My news", text, "User-Agent: K-9 Mail\n")) == []


@pytest.mark.parametrize(
    "text",
    [
        "I am out of the office and will answer on Monday. This mailbox is not monitored meanwhile.",
        "This is an unmonitored mailbox. Please do not reply.",
        "Ich bin bis Freitag nicht im Büro. Mails werden nicht weitergeleitet.",
        "Our office has moved to 1 High Street. I am back on Monday.",
    ],
)
def test_an_absence_is_no_address_given_up(text: str) -> None:
    assert one(mail("Automatic reply: x", text, "Auto-Submitted: auto-replied\n")).outcome == "auto_reply"


@pytest.mark.parametrize(
    ("subject", "text", "head"),
    [
        ("Re: Your order (Please confirm your message)", "Click", "Auto-Submitted: auto-replied\n"),
        ("Your message to jane requires confirmation", "requires your confirmation", "Return-Path: <>\n"),
        (
            "Re: Hello",
            "To deliver it, click the link below to verify that you are human. SpamArrest",
            "X-Autoreply: y\n",
        ),
        ("[TMDA] Confirm", "Your message is being held until you confirm it.", "Auto-Submitted: auto-replied\n"),
        ("Re: Angebot", "Bitte bestätigen Sie Ihre E-Mail als Absender.", "Auto-Submitted: auto-replied\n"),
        (
            "Re: Angebot",
            "This is an automatic reply from my filter. Please click https://x.example to get on my whitelist.",
            "Auto-Submitted: auto-replied\n",
        ),
        (
            "Suspect email",
            "To control spam, I read few senders. To be added to my approved senders, fill the form.",
            "Auto-Submitted: auto-replied\n",
        ),
        ("Re: Offre", "Pour que votre message me soit remis, confirmez-le.", "Auto-Submitted: auto-replied\n"),
        ("Demande d'authentification", "Cliquez pour vous authentifier", "Auto-Submitted: auto-replied\n"),
        ("Jane uses Boxbe", "boxbe: Your message is waiting", "Auto-Submitted: auto-replied\nReturn-Path: <>\n"),
    ],
)
def test_challenges(subject: str, text: str, head: str) -> None:
    assert one(mail(subject, text, head)).outcome == "challenge_response"


@pytest.mark.parametrize(
    "subject",
    [
        "unsubscribe", "UNSUBSCRIBE", "Please unsubscribe me", "Unsubscribe from newsletter",
        "unsubscribe jane@example.org",
        "Unsubscribe 5f2ab90c11", "Re: unsubscribe", "Abmelden", "Bitte abmelden", "Newsletter abmelden", "Abmeldung",
        "Abbestellung", "désinscription", "désabonnement newsletter", "Baja", "darse de baja", "disiscrizione",
        "uitschrijven", "afmelden", "avregistrera", "wypisz", "odhlásit", "отписаться",
        "配信停止",
        "退订", "opt-out", "Remove me", "list-unsubscribe",
    ],
)  # fmt: skip
def test_requests_to_be_unsubscribed(subject: str) -> None:
    assert one(mail(subject, "")).outcome == "unsubscribe"


def arf(fields: str, inner: str, head: str = "", text: str = "This is a complaint.", encoding: str = "") -> bytes:
    body = fields
    if encoding == "base64":
        body = base64.encodebytes(fields.encode()).decode()
    extra = f"Content-Transfer-Encoding: {encoding}\n" if encoding else ""
    return (
        f"Return-Path: <fbl@isp.example>\n{head}From: fbl@isp.example\nTo: abuse@shop.example\nSubject: FW: news\n"
        'Content-Type: multipart/report; report-type=feedback-report; boundary="x"\n\n'
        f"--x\nContent-Type: text/plain\n\n{text}\n--x\nContent-Type: message/feedback-report\n{extra}\n{body}\n"
        f"--x\nContent-Type: message/rfc822\n\n{inner}\n\n--x--\n"
    ).encode()


HEAD = "User-Agent: Feedback/1.0\nVersion: 1\n"
INNER = "From: news@shop.example\nTo: reader@example.org\nMessage-ID: <n1@shop.example>\nSubject: News\n"
FEEDBACK: dict[str, tuple[str, str, str, list[str | None]]] = {
    "abuse": (f"Feedback-Type: abuse\n{HEAD}", INNER, "complaint", ["reader@example.org"]),
    "fraud": (f"Feedback-Type: fraud\n{HEAD}", INNER, "complaint", ["reader@example.org"]),
    "upper case": (f"FEEDBACK-TYPE: Abuse\n{HEAD}", INNER, "complaint", ["reader@example.org"]),
    "with comment": (f"Feedback-Type: abuse; (spam button)\n{HEAD}", INNER, "complaint", ["reader@example.org"]),
    "not-spam": (f"Feedback-Type: not-spam\n{HEAD}", INNER, "complaint", ["reader@example.org"]),
    "opt-out": (f"Feedback-Type: opt-out\n{HEAD}Removal-Recipient: a@example.org\n", INNER, "unsubscribe",
                ["a@example.org"]),
    "opt-out-list": (f"Feedback-Type: opt-out-list\n{HEAD}", INNER, "unsubscribe", ["reader@example.org"]),
    "virus": (f"Feedback-Type: virus\n{HEAD}", INNER, "feedback", ["reader@example.org"]),
    "several": (f"Feedback-Type: abuse\n{HEAD}Original-Rcpt-To: <a@example.org>\nOriginal-Rcpt-To: <b@example.org>\n",
                INNER, "complaint", ["a@example.org", "b@example.org"]),
    "the same twice": (f"Feedback-Type: abuse\n{HEAD}Original-Rcpt-To: a@example.org\nOriginal-Rcpt-To:"
                       " <A@example.org>\n", INNER, "complaint", ["a@example.org"]),
    "redacted": (f"Feedback-Type: abuse\n{HEAD}", "From: news@shop.example\nTo: redacted\nSubject: News\n", "complaint",
                 [None]),
    "redacted but for the return path": (
        f"Feedback-Type: abuse\n{HEAD}Original-Mail-From: <b+reader=example.org@shop.example>\n",
        "From: news@shop.example\nSubject: News\n", "complaint", [None]),
    "several addressees": (f"Feedback-Type: abuse\n{HEAD}", "To: a@example.org, b@example.org\n", "complaint", [None]),
    "several addressees and the return path": (
        f"Feedback-Type: abuse\n{HEAD}Original-Mail-From: <b+b=example.org@shop.example>\n",
        "To: a@example.org, b@example.org\n", "complaint", ["b@example.org"]),
    "redacted in words": (
        f"Feedback-Type: abuse\n{HEAD}Original-Rcpt-To: redacted\n", "To: redacted@redacted.invalid\n", "complaint",
        [None]),
    "redacted local part": (
        f"Feedback-Type: abuse\n{HEAD}Original-Rcpt-To: <redacted@example.org>\n", "To: [redacted]\n", "complaint",
        [None]),
    "redacted, delivered-to": (f"Feedback-Type: abuse\n{HEAD}", "Delivered-To: reader@example.org\nTo: x\n",
                               "complaint", ["reader@example.org"]),
    "RFC 6591, DKIM": (
        f"Feedback-Type: auth-failure\n{HEAD}Auth-Failure: bodyhash\nDKIM-Domain: shop.example\nDKIM-Identity:"
        " @shop.example\nDKIM-Selector: s1\nDelivery-Result: reject\nOriginal-Mail-From: news@shop.example\n"
        "Source-IP: 192.0.2.1\nReported-Domain: shop.example\nAuthentication-Results: mx.isp.example; dkim=fail\n"
        "\theader.d=shop.example\n", INNER, "feedback", ["reader@example.org"]),
    "RFC 6591, SPF": (f"Feedback-Type: auth-failure\n{HEAD}Auth-Failure: spf\nSPF-DNS: txt : shop.example : \"v=spf1"
                      " -all\"\nOriginal-Rcpt-To: reader@isp.example\n", INNER, "feedback", ["reader@isp.example"]),
    "RFC 6591, DMARC": (f"Feedback-Type: auth-failure\n{HEAD}Auth-Failure: dmarc\nIdentity-Alignment: none\n",
                        "From: forged@shop.example\n", "feedback", [None]),
    "folded fields": (f"Feedback-Type:\n abuse\n{HEAD}Original-Rcpt-To:\n\t<a@example.org>\n", INNER, "complaint",
                      ["a@example.org"]),
    "RFC 6533 address": (f"Feedback-Type: abuse\n{HEAD}Original-Rcpt-To: utf-8; j\\x{{FC}}rgen@example.org\n", INNER,
                         "complaint", ["jürgen@example.org"]),
    "unknown type": (f"Feedback-Type: miscategorized\n{HEAD}", INNER, "complaint", ["reader@example.org"]),
}  # fmt: skip


@pytest.mark.parametrize("name", FEEDBACK)
@pytest.mark.parametrize("encoding", ["", "base64"])
def test_feedback(name: str, encoding: str) -> None:
    fields, inner, outcome, recipients = FEEDBACK[name]
    events = read_mail(arf(fields, inner, encoding=encoding))
    assert [(event.outcome, event.recipient) for event in events] == [(outcome, to) for to in recipients]


def test_an_address_type_that_names_its_encoding() -> None:
    assert typed_address("utf-8-addr-xtext; jos\\x{E9}@example.org") == typed_address("utf-8; jos\\x{E9}@example.org")
