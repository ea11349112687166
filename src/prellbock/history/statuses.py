"""Which statuses are there, and what leads from one to the other? A state machine as tables, a sentence for each state.

`prellbock.history.judge` finds the status; a test walks random histories and meets no transition that is not named.
"""

import msgspec


class State(msgspec.Struct, frozen=True):
    """A status and what it means for people; ``mailed``: marketing mail goes out."""

    name: str
    mailed: bool
    english: str
    german: str


class Transition(msgspec.Struct, frozen=True):
    """What leads from one status to another."""

    before: str
    after: str
    english: str
    german: str


STATES: tuple[State, ...] = (
    State(
        "deliverable", True,
        "Nothing is held against this address; it is mailed.",
        "Gegen diese Adresse liegt nichts vor; sie wird angeschrieben.",
    ),
    State(
        "watched", True,
        "Mail to this address has failed, but not often enough to stop; it is still mailed.",
        "Mails an diese Adresse sind gescheitert, aber nicht oft genug, um aufzuhören; sie wird weiter angeschrieben.",
    ),
    State(
        "paused", False,
        "No mail until a day that is set; mail that the recipient needs still goes.",
        "Keine Mails bis zu einem festen Tag; Mails, die der Empfänger braucht, gehen weiter hinaus.",
    ),
    State(
        "probing", True,
        "The pause has ended: one mail goes out as a probe, and its outcome decides.",
        "Die Pause ist zu Ende: Eine Mail geht als Probe hinaus, und ihr Ausgang entscheidet.",
    ),
    State(
        "suppressed", False,
        "No mail any more, save one a day that the recipient has just asked for, until somebody releases the address.",
        "Keine Mails mehr, außer täglich einer, die der Empfänger gerade angefordert hat, bis jemand die Adresse "
        "freigibt.",
    ),
    State(
        "complained", False,
        "The recipient has called a mail spam: nothing more of its kind; mail that the recipient needs still goes.",
        "Der Empfänger hat eine Mail als Spam gemeldet: nichts mehr von dieser Art; Mails, die er braucht, gehen "
        "weiter hinaus.",
    ),
    State(
        "unsubscribed", False,
        "The recipient has unsubscribed: nothing more of that kind; mail that the recipient needs still goes.",
        "Der Empfänger hat sich abgemeldet: nichts mehr von dieser Art; Mails, die er braucht, gehen weiter hinaus.",
    ),
)  # fmt: skip
"""``complained`` and ``unsubscribed`` stand beside the others and hold for a stream or stream group; ``probing`` is
shown as ``watched`` with a rule that ends in ``/probe``."""

BESIDE = ("complained", "unsubscribed")

TRANSITIONS: tuple[Transition, ...] = (
    Transition("deliverable", "watched", "a failure of the recipient's making", "ein Fehler, der am Empfänger liegt"),
    Transition("watched", "paused", "a step of a rule: paused", "eine Stufe einer Regel: Pause"),
    Transition("watched", "suppressed", "a step of a rule: suppressed", "eine Stufe einer Regel: Sperre"),
    Transition("paused", "probing", "the pause ends", "die Pause endet"),
    Transition("paused", "watched", "the pause ends, without a probe", "die Pause endet, ohne Probe"),
    Transition("probing", "paused", "the probe fails: the next step", "die Probe scheitert: die nächste Stufe"),
    Transition("probing", "suppressed", "the probe fails: the last step", "die Probe scheitert: die letzte Stufe"),
    Transition("paused", "suppressed", "mail that still goes fails", "Mail, die noch hinausgeht, scheitert"),
    Transition("watched", "deliverable", "a delivery, a consent, a release", "Zustellung, Einwilligung, Freigabe"),
    Transition("paused", "deliverable", "a delivery, a consent, a release", "Zustellung, Einwilligung, Freigabe"),
    Transition("probing", "deliverable", "the probe is delivered", "die Probe wird zugestellt"),
    Transition("suppressed", "deliverable", "a delivery, a consent, a release", "Zustellung, Einwilligung, Freigabe"),
    Transition("deliverable", "complained", "a complaint", "eine Beschwerde"),
    Transition("complained", "deliverable", "a consent, a release, not-spam", "Einwilligung, Freigabe, Kein-Spam"),
    Transition("deliverable", "unsubscribed", "an unsubscribe", "eine Abmeldung"),
    Transition("unsubscribed", "deliverable", "a consent, a release", "Einwilligung, Freigabe"),
)
