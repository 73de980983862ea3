import os
import subprocess

REPO = "/app/ledger.git"
ENV = {"PATH": "/usr/bin:/bin", "HOME": "/nonexistent", "LC_ALL": "C.UTF-8", "GIT_CONFIG_NOSYSTEM": "1"}
out, clock, mark = [], 1704700000, 0


def commit(ref, message, parents, files):
    global clock, mark
    clock, mark = clock + 3600, mark + 1
    who = "Ledger Team <team@ledger.example> %d +0100" % clock
    out.append(b"commit %s\nmark :%d\nauthor %s\ncommitter %s\ndata %d\n%s\n" % (ref.encode(), mark, who.encode(), who.encode(), len(message), message.encode()))
    for word, parent in zip(["from"] + ["merge"] * 9, parents):
        out.append(b"%s :%d\n" % (word.encode(), parent))
    for name, data in files.items():
        out.append(b"M 100644 inline %s\ndata %d\n%s\n" % (name.encode(), len(data), data))
    return mark


a = commit("refs/heads/main", "initial import", [], {"README": b"Ledger\n", "archive/2019.dat": b"2019;" * 16000})
b = commit("refs/heads/main", "LED-1: First account", [a], {"accounts/cash.csv": b"date,amount\n"})
c = commit("refs/heads/main", "fix typo", [b], {"README": b"The ledger\n"})
commit("refs/heads/release/1.0", "LED-4: Freeze 1.0", [c], {"VERSION": b"1.0\n"})
commit("refs/heads/team/north", "wip", [c], {"accounts/north.csv": b"date,amount\n"})
d = commit("refs/heads/main", "LED-7: Second account", [c], {"accounts/bank.csv": b"date,amount\n"})
out.append(b"tag v1.0\nfrom :%d\ntagger Ledger Team <team@ledger.example> %d +0100\ndata 4\n1.0\n\n" % (c, clock))
os.makedirs(REPO)
subprocess.run(["git", "init", "-q", "--bare", "-b", "main", REPO], env=ENV, check=True)
subprocess.run(["git", "fast-import", "--quiet"], cwd=REPO, env=ENV, check=True, input=b"".join(out))
subprocess.run(["git", "config", "receive.autogc", "false"], cwd=REPO, env=ENV, check=True)
