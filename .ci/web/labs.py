"""Labs for the browser: a finished night as it is, one with hostile names, one that goes on while one looks."""

import json
import os
import shutil
import socket
import sqlite3
import time

SNEAKY = "<img src=x onerror=\"window.owned=1\"><script>window.owned=1</script>"
HOSTILE = [
    SNEAKY, "\u001b]0;owned\u0007\u001b[31mred", "\u202egnol sa\u202c \u2066abc\u2069", "javascript:window.owned=1",
    "'\"`--><svg onload=window.owned=1>", "A" * 3000, "\u0000nul", "😀\u200d👩 combining e\u0301\u0301\u0301", "](http://x) **bold**",
    "{{constructor.constructor('window.owned=1')()}}", "../../etc/passwd", "%3Cscript%3E", "a\nb\r\nc\td",
]


def night(path):
    """The number of the newest night of a lab."""
    with sqlite3.connect(f"{path}/ledger.sqlite") as ledger:
        return ledger.execute("SELECT max(id) FROM run WHERE type = 'night'").fetchone()[0]


def opened(path):
    """The ledger of a copy, where facts may be changed for once."""
    ledger = sqlite3.connect(f"{path}/ledger.sqlite", isolation_level=None)
    for (name,) in ledger.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        ledger.execute(f'DROP TRIGGER "{name}"')
    return ledger


def copy(source, target):
    shutil.rmtree(target, ignore_errors=True)
    os.makedirs(target)
    for name in ("ledger.sqlite", "ledger.sqlite-wal"):
        if os.path.exists(f"{source}/{name}"):
            shutil.copy(f"{source}/{name}", f"{target}/{name}")
    return target


def hostile(source, target):
    """Every name and sentence that comes from outside becomes one that would do harm as markup."""
    copy(source, target)
    ledger = opened(target)
    ledger.execute("BEGIN")
    run = night(target)

    def nasty(number):
        return f"{HOSTILE[number % len(HOSTILE)]} {number}"

    for number, (suite, task) in enumerate(ledger.execute("SELECT suite, task FROM suite_task").fetchall()):
        ledger.execute("UPDATE suite_task SET name = ? WHERE suite = ? AND task = ?", (nasty(number), suite, task))
    # Bytes that are no text at all, as a broken tool writes them.
    ledger.execute("UPDATE suite_task SET name = CAST(x'fffe80413c623e' AS TEXT) WHERE task = (SELECT min(task) FROM suite_task)")
    ledger.execute("UPDATE suite SET name = ?", (nasty(0),))
    for (number,) in ledger.execute("SELECT id FROM harness").fetchall():
        ledger.execute("UPDATE harness SET name = ? WHERE id = ?", (nasty(number), number))
    ledger.execute("UPDATE attempt SET detail = ? || id WHERE id % 3 = 0", (SNEAKY,))
    ledger.execute("UPDATE run SET command = ?, settings = json_set(settings, '$.name', ?)", (nasty(0), SNEAKY + "\u202e"))
    ledger.execute("INSERT INTO event (run, at, kind, detail) SELECT id, started_at, 'incident', ? FROM run WHERE id = ?",
                   ( json.dumps({"sentence": nasty(4)}), run))

    def poison(value, inside=""):
        if isinstance(value, dict):
            return {key: poison(one, key) for key, one in value.items()}
        if isinstance(value, list):
            return [poison(one, inside) for one in value]
        if isinstance(value, str) and inside in ("summary", "mechanism", "cause", "sentence", "quotes", "evidence", "author"):
            return nasty(len(value))
        return value

    for number, body in ledger.execute("SELECT number, body FROM night_fact WHERE run = ?", (run,)).fetchall():
        ledger.execute("UPDATE night_fact SET body = ? WHERE run = ? AND number = ?",
                       (json.dumps(poison(json.loads(body))), run, number))
    ledger.commit()
    ledger.close()
    return target


class Replay:
    """A night whose end was taken away and comes back piece by piece, as if it went on now."""

    def __init__(self, source, target, share=0.5):
        self.path = copy(source, target)
        self.run = night(target)
        self.ledger = opened(target)
        self.ledger.execute("PRAGMA journal_mode = wal")
        facts = self.ledger.execute("SELECT * FROM night_fact WHERE run = ? ORDER BY number", (self.run,)).fetchall()
        keep = int(len(facts) * share)
        self.rest = facts[keep:]
        self.columns = [one[1] for one in self.ledger.execute("PRAGMA table_info(night_fact)")]
        number = self.columns.index("number")
        self.ledger.execute("DELETE FROM night_fact WHERE run = ? AND number >= ?", (self.run, self.rest[0][number]))
        self.ledger.execute("DELETE FROM run_end WHERE run = ?", (self.run,))
        with open("/proc/self/stat") as file:
            ticks = int(file.read().rsplit(")", 1)[1].split()[19])
        self.ledger.execute("UPDATE run SET pid = ?, start_ticks = ?, host = ? WHERE id = ?",
                            (os.getpid(), ticks, socket.gethostname(), self.run))

    def grow(self, count):
        """Writes the next facts; how many there were."""
        piece, self.rest = self.rest[:count], self.rest[count:]
        marks = ", ".join("?" * len(self.columns))
        self.ledger.execute("BEGIN IMMEDIATE")
        for one in piece:
            self.ledger.execute(f"INSERT INTO night_fact VALUES ({marks})", one)
        self.ledger.execute("COMMIT")
        return len(piece)
