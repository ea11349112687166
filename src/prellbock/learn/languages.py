"""Which language is a reply in? By its script, else by small words that mails of that language can hardly do without.

Labels name a language seldom, and rules for several languages stand in one file: to leave out a language, every text
that reads like it must be found. English (``en``) is what nothing speaks against; ``other`` is every language that is
none of the listed ones.
"""

import re

_SCRIPTS = (
    ("ja", re.compile(r"[\u3040-\u30ff]")),
    ("ko", re.compile(r"[\u1100-\u11ff\uac00-\ud7af]")),
    ("zh", re.compile(r"[\u4e00-\u9fff]")),
    ("ru", re.compile(r"[\u0400-\u04ff]")),
    ("other", re.compile(r"[\u0370-\u03ff\u0590-\u06ff\u0900-\u0fff]")),
)  # fmt: skip
"""The first that occurs: kana tell Japanese from Chinese."""
_WORDS = {
    "en": """
        the is was not be has this your you for to of and or by with user no unknown does mailbox
        message from are it that been will address recipient sender mail host server please at have
        too
    """,
    "de": """
        der die das den dem des ist nicht wurde wurden wird werden kann konnte und oder von vom für
        fuer mit ein eine einen einer kein keine ihre ihrer ihr sie zu zur zum auf bei im empfänger
        empfaenger postfach nachricht absender existiert voll unbekannt benutzer abgelehnt
    """,
    "fr": """
        le la les des du est pas une un et ou cette votre vous pour dans par au aux ce cet sur été
        ete boîte boite destinataire adresse utilisateur inconnu courrier pleine existe refusé
        refuse
    """,
    "it": """
        il lo la gli non è del della dello di che una un per con questo questa stato stata sono alla
        casella utente destinatario messaggio indirizzo inesistente piena posta sconosciuto
    """,
    "es": """
        el la los las no es del de que una un por con para este esta su se ha sido buzón buzon
        usuario destinatario correo mensaje dirección direccion existe desconocido lleno servidor
    """,
    "pt": """
        o a os as não nao é do da de que uma um por com para este esta sua se foi caixa usuário
        usuario utilizador destinatário destinatario mensagem endereço endereco existe desconhecido
        cheia servidor
    """,
    "nl": """
        de het een niet is van voor met en of dat dit uw wordt werd kan geen bestaat bericht postvak
        ontvanger afzender gebruiker onbekend adres vol geweigerd deze
    """,
    "pl": """
        nie jest się sie na do od i lub ten ta to dla został zostala została przez skrzynka skrzynki
        użytkownik uzytkownik odbiorca odbiorcy nadawca wiadomość wiadomosc adres istnieje pełna
        pelna serwer
    """,
    "cs": """
        není neni je se na do od a nebo tento tato pro byl byla bylo schránka schranka uživatel
        uzivatel příjemce prijemce odesílatel zpráva zprava adresa neexistuje plná plna
    """,
    "tr": """
        bir ve için icin bu değil degil yok kullanıcı kullanici alıcı alici posta kutusu ileti
        gönderen gonderen adresi bulunamadı bulunamadi dolu mevcut sunucu olarak
    """,
    "other": """
        och inte är för av till en som mottagaren meddelandet ikke og er til ei ole on
        vastaanottajan nem a az és levél nu este și si mesajul ni je uporabnik predal naslov
    """,
}
_SMALL = {language: frozenset(words.split()) for language, words in _WORDS.items()}
_WORD = re.compile(r"[^\W\d_]+")
_NAMES = re.compile(r"\S*[@./:]\S|\{[a-z]+\}")
"""What is no word of any language: addresses, hosts, masks."""
_LEAST = 2
"""Small words that a language needs, unless no English one stands beside it."""


def language_of(text: str) -> str:
    """Two letters, or ``other``: a guess from the text alone. Words that several languages share count as English."""
    for language, script in _SCRIPTS:
        if script.search(text):
            return language
    words = set(_WORD.findall(_NAMES.sub(" ", text).casefold()))
    hits = {language: len(words & own) for language, own in _SMALL.items()}
    best = max(hits, key=lambda language: (hits[language], language == "en"))
    if hits[best] > hits["en"] and (hits[best] >= _LEAST or not hits["en"]):
        return best
    return "en"
