"""The sentences of a story, in each language that people read it in: another language is another module like these."""

import os

from prellbock.history.languages.english import ENGLISH
from prellbock.history.languages.german import GERMAN
from prellbock.history.languages.model import Language

__all__ = ["ENGLISH", "GERMAN", "LANGUAGES", "Language", "chosen"]

LANGUAGES: dict[str, Language] = {"en": ENGLISH, "de": GERMAN}


def chosen(environment: "os._Environ[str] | dict[str, str]") -> str:
    """The language of an environment (LC_ALL, LC_MESSAGES, LANG, in this order); English where it is none of these."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := environment.get(name):
            code = value[:2].lower()
            return code if code in LANGUAGES else "en"
    return "en"
