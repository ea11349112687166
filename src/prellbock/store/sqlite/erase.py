"""Erasing a person: what of all that is stored says who somebody is, and what may stay without saying it?

Everything refers to a recipient by a random number, and only the table ``recipients`` knows who that is. Erasing takes
the row there, and whatever else holds the address, its hash or the short form of it: texts of servers, samples of
templates, reasons and notes, histories, the memory of deliveries, leases and probes, the audit log. What is left,
events and ledger, points at nobody.

A complaint, an unsubscribe and a suppression may be kept as a bare hash, so that nobody is mailed against their will:
under a new number, so that it cannot be joined with what was.
"""

import sqlite3

from prellbock.history.actions import Action
from prellbock.history.judge import Standing
from prellbock.history.recipient import State
from prellbock.identity import short
from prellbock.pipeline import judged
from prellbock.store.contract import Erased
from prellbock.store.sqlite.actions import Person, new_key, settle, write_action
from prellbock.store.sqlite.history import ALWAYS, rebuild
from prellbock.store.sqlite.kept import KeptInTables
from prellbock.store.sqlite.memory import SqliteMemory
from prellbock.store.sqlite.write import NAMES, without_name

_OF_NUMBER = ("states", "withheld", "unannounced", "raws", "held")
_OF_KEY = ("leases", "probes", "noted")
_IN_TEXTS = (
    ("events", "response", "row"),
    ("templates", "sample", "key"),
    ("actions", "reason", "key"),
    ("batches", "source", "batch"),
    ("audit", "details", "seq"),
    ("drafts", "title", "id"),
    ("drafts", "remark", "id"),
    ("versions", "title", "subject || number"),
    ("template_work", "note", "key"),
    ("judgements", "reason", "judgement"),
    ("judgements", "undone_reason", "judgement"),
    ("stops", "lifted_reason", "stop"),
)
"""Tables whose texts may name anybody: the column, and an expression for the row's key.

Rules themselves (patterns, examples) are no such texts: masked, they could decide otherwise. `traces` finds them.
"""


def erase(
    db: sqlite3.Connection, memory: SqliteMemory, address: str, digest: bytes, person: Person, *, forget: bool
) -> Erased:
    """See `prellbock.store.contract.Store.erase`. Runs inside the caller's transaction."""
    row = db.execute("SELECT number FROM recipients WHERE hash = ?", (digest,)).fetchone()
    number = int(row[0]) if row else None
    state = memory.states([digest]).get(digest, State())
    kept = [] if forget else _kept(state, person)
    removed: dict[str, int] = {}
    if number is not None:
        removed["texts"] = _texts_about(db, number, address)
    removed["mentions"] = _mentions(db, address, digest)
    for table in _OF_NUMBER:
        removed[table] = db.execute(f"DELETE FROM {table} WHERE number = ?", (number,)).rowcount  # noqa: S608
    for table in _OF_KEY:
        removed[table] = db.execute(f"DELETE FROM {table} WHERE key = ?", (short(digest),)).rowcount  # noqa: S608
    removed["sync_entries"] = db.execute("DELETE FROM sync_entries WHERE hash = ?", (digest,)).rowcount
    removed["deliveries"] = memory.runs.forget_recipient(short(digest))
    removed["recipients"] = db.execute("DELETE FROM recipients WHERE number = ?", (number,)).rowcount
    memory.forget()
    if kept:
        _keep(db, memory, digest, kept, person)
    return Erased(
        address=address,
        found=any(removed.values()),
        kept=[f"{each.status}:{each.scope}" for each in kept],
        removed={name: count for name, count in removed.items() if count},
    )


def _kept(state: State, person: Person) -> list[Standing]:
    """What nobody may forget for the recipient's own sake: complaints, unsubscribes and suppressions that hold."""
    found, marks = judged(state, "", person.policy)
    return [*marks, *([found] if found.status == "suppressed" else [])]


def _texts_about(db: sqlite3.Connection, number: int, address: str) -> int:
    """Texts that came in about the recipient; they may name the person in ways that no pattern knows."""
    cleared = db.execute(
        "UPDATE events SET response = NULL WHERE number = ? AND response IS NOT NULL", (number,)
    ).rowcount
    about = db.execute(
        "SELECT key, text, sample FROM templates WHERE key IN (SELECT template FROM events WHERE number = ?)", (number,)
    ).fetchall()
    for key, text, sample in about:
        masked = without_name(text, address)
        unnamed = sample if sample is None or without_name(sample, address) == sample else None
        if (masked, unnamed) != (text, sample):
            db.execute("UPDATE templates SET text = ?, sample = ? WHERE key = ?", (masked, unnamed, key))
            cleared += 1
    cleared += db.execute("UPDATE actions SET reason = '' WHERE number = ? AND reason != ''", (number,)).rowcount
    return cleared


def _mentions(db: sqlite3.Connection, address: str, digest: bytes) -> int:
    """Texts about others, or about nobody, that name the address."""
    masked = 0
    for table, column, key in _IN_TEXTS:
        rows = db.execute(
            f"SELECT {key}, {column} FROM {table} WHERE instr(lower({column}), ?)",  # noqa: S608 -- names of ours
            (address,),
        ).fetchall()
        for row, text in rows:
            unnamed = without_name(text, address) if table != "batches" else NAMES.sub("{address}", text)
            db.execute(f"UPDATE {table} SET {column} = ? WHERE {key} = ?", (unnamed, row))  # noqa: S608
        masked += len(rows)
    # A raw object is evidence or nothing: one that names the address goes as a whole.
    masked += db.execute("DELETE FROM raws WHERE instr(lower(raw), ?)", (address,)).rowcount
    # The same for what was set apart, which need not be text.
    named = [
        (number,)
        for number, content in db.execute("SELECT number, content FROM apart WHERE content IS NOT NULL")
        if address.encode() in content.lower()
    ]
    masked += db.executemany("DELETE FROM apart WHERE number = ?", named).rowcount if named else 0
    return masked + db.execute("UPDATE audit SET subject = 'erased' WHERE subject = ?", (digest.hex(),)).rowcount


def _keep(db: sqlite3.Connection, memory: SqliteMemory, digest: bytes, kept: list[Standing], person: Person) -> None:
    """The bare hash with what holds: complaints and unsubscribes by their events, a suppression as one by hand."""
    number = KeptInTables(db).numbers({digest: None}, plain=False)[digest]
    evidence = [key for each in kept if each.status != "suppressed" for key in each.evidence]
    db.executemany(
        "UPDATE events SET number = ?, campaign = NULL, template = NULL WHERE key = ?",
        [(number, key) for key in evidence],
    )
    state = rebuild(db, number, State(), until=ALWAYS)
    suppressed = next((each for each in kept if each.status == "suppressed"), None)
    action = Action(
        kind="suppress" if suppressed is not None else "note",
        key=new_key(),
        time=person.now if suppressed is None or suppressed.since is None else suppressed.since,
        actor=person.actor,
        reason=person.reason,
    )
    write_action(db, number, action, person.now)
    if suppressed is not None:
        state = rebuild(db, number, state, until=ALWAYS)
    _, change = settle(db, (digest, number, ""), state, (Standing(), []), action, person)
    memory.note_open([(short(digest), change)])
