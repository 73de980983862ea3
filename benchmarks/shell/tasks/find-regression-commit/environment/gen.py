import os
import subprocess

REPO = "/app/quotes"
ENV = {"PATH": "/usr/bin:/bin", "HOME": "/nonexistent", "LC_ALL": "C.UTF-8", "GIT_CONFIG_NOSYSTEM": "1"}
PEOPLE = [("Ines Duarte", "ines@parcel.example"), ("Bo Lindqvist", "bo@parcel.example"), ("Ravi Menon", "ravi@parcel.example"), ("Kate O'Neill", "kate@parcel.example")]

CODE = '''import json
import sys

# Upper limits of the weight bands in kilograms, and the price of each band in cents.
BANDS = %(bands)s
SURCHARGE = %(surcharge)s


def band(weight):
    for limit, cents in BANDS:
        if weight %(compare)s limit:
            return cents
    raise SystemExit("too heavy")


def main():
    zone, weight = sys.argv[1], float(sys.argv[2])
    cents = band(weight) + SURCHARGE[zone]
    print("%%d.%%02d" %% divmod(cents, 100))


%(tail)s
'''
TAIL = 'if __name__ == "__main__":\n    main()'


class History:
    def __init__(self):
        self.out, self.mark, self.clock, self.turn = [], 0, 1672650000, 0
        self.state = {"bands": [[2, 690], [5, 990], [10, 1590], [20, 3490], [30, 4990]], "surcharge": {"1": 0, "2": 300, "3": 700, "4": 1250}, "compare": "<=", "tail": TAIL}
        self.notes = ["Prices of the parcel desk"]

    def commit(self, ref, message, parents, person=None, state=None):
        self.mark += 1
        self.clock += 5400 + (self.mark * 7919) % 40000
        name, mail = PEOPLE[(self.mark * 5 + self.mark // 7) % 4] if person is None else PEOPLE[person]
        stamp = "%s <%s> %d +0%d00" % (name, mail, self.clock, self.mark % 3)
        later = "%s <%s> %d +0100" % (name, mail, self.clock + 600)
        files = {"quote.py": CODE % (state or self.state), "NOTES.md": "\n".join(self.notes) + "\n"}
        self.out.append("commit %s\nmark :%d\nauthor %s\ncommitter %s\ndata %d\n%s\n" % (ref, self.mark, stamp, later, len(message.encode()), message))
        if parents:
            self.out.append("from :%d\n" % parents[0] + "".join("merge :%d\n" % parent for parent in parents[1:]))
        for path, text in files.items():
            self.out.append("M 100644 inline %s\ndata %d\n%s\n" % (path, len(text.encode()), text))
        return self.mark

    def tag(self, name, mark):
        self.clock += 60
        self.out.append("tag %s\nfrom :%d\ntagger Release Desk <release@parcel.example> %d +0000\ndata %d\n%s\n" % (name, mark, self.clock, len(name) + 8, "Release " + name))


history = History()
state = history.state
tip, count = 0, 0


def step(message=None, ref="refs/heads/main", **change):
    """One commit on top of the tip of a line; without a message, one more line of notes."""
    global tip, count
    count += 1
    if message is None:
        message = ("Note the rounding rule %d", "Notes: carrier talk %d", "Write down decision %d", "Notes on pallets, part %d")[count % 4] % count
        history.notes.append("- entry %d: %s" % (count, ("agreed", "open", "declined")[count % 3]))
    for key, value in change.items():
        state[key] = value
    tip = history.commit(ref, message, [tip] if tip else [])
    return tip


def surcharge(zone, cents):
    return dict(state["surcharge"], **{zone: cents})


for _ in range(12):
    step()
step("Weight bands include their upper limit no longer", compare="<")
for _ in range(4):
    step()
step("Bands include their upper limit again", compare="<=")
history.tag("v1.3.0", tip)
for _ in range(9):
    step()
history.tag("v1.4.0", tip)
for number in range(30):
    step("Zone 4 surcharge, step %d" % number, surcharge=surcharge("4", 1250 + 10 * number)) if number % 5 == 0 else step()
    if number == 14:
        history.tag("v1.5.0", tip)
step("Rework the weight bands", bands=[[2, 690], [5, 990], [10, 1590], [15, 2490], [20, 3490], [30, 4990]])
fork = tip
for _ in range(10):
    step()
history.tag("v1.8.0", tip)
# Untestable on main: the entry point moves to a module that is not there yet.
step("Move the entry point out", tail='import entry_point\nentry_point.start(main)')
for _ in range(7):
    step()
step("Bring the entry point back", tail=TAIL)
for _ in range(6):
    step()
history.tag("v1.8.1", tip)
main_tip, main_state, main_notes = tip, dict(state), list(history.notes)

# The side line: prices in a table with a half-written file, the fault, and another stretch that does not run.
tip = fork
state["bands"] = [list(row) for row in state["bands"]]
state["surcharge"] = dict(state["surcharge"])
state["compare"], state["tail"] = "<=", TAIL
history.notes = history.notes[:60]
side = "refs/heads/express"
for _ in range(6):
    step(ref=side)
step("Sort bands by limit (half way)", ref=side, tail="if __name__ = '__main__':\n    main()")
for _ in range(27):
    step(ref=side)
step("Sort bands by limit (done)", ref=side, tail=TAIL)
step("Zone 2 costs less on the express line", ref=side, surcharge=surcharge("2", 280))
culprit = step("Tidy the band table", ref=side, bands=[[2, 690], [5, 990], [10, 1590], [15, 2490], [19.999, 3490], [30, 4990]])
step(ref=side)
step("Express prices from a file", ref=side, tail='if __name__ == "__main__":\n    SURCHARGE.update(json.load(open("express.json")))\n    main()')
for _ in range(5):
    step(ref=side)
step("Express prices in the code for now", ref=side, tail=TAIL)
for _ in range(4):
    step(ref=side)
side_tip = tip

merged = dict(main_state, bands=[list(row) for row in state["bands"]], surcharge=dict(main_state["surcharge"], **{"2": 280}))
history.state = state = merged
history.notes = main_notes + ["- express line merged"]
tip = history.commit("refs/heads/main", "Merge the express line", [main_tip, side_tip])
history.tag("v1.9.0-rc.1", tip)
for _ in range(3):
    step()
history.tag("v1.9.0", tip)
for _ in range(8):
    step()
history.tag("v1.9.1", tip)
history.tag("v1.10.0", step())
history.tag("v2.0.0", step("Weight bands: new top band", bands=state["bands"] + [[40, 6490]]))
for _ in range(5):
    step()

os.makedirs(REPO)
run = lambda *words, data=None: subprocess.run(["git", *words], cwd=REPO, env=ENV, check=True, input=data, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
run("init", "-q", "-b", "main")
run("config", "user.name", "Parcel Desk")
run("config", "user.email", "desk@parcel.example")
run("fast-import", "--quiet", data="".join(history.out).encode())
run("branch", "-q", "-D", "express")
run("reset", "-q", "--hard", "main")
run("reflog", "expire", "--expire=now", "--all")
os.path.exists(REPO + "/.git/ORIG_HEAD") and os.unlink(REPO + "/.git/ORIG_HEAD")
