#!/bin/bash
set -euo pipefail
cat > /app/ledger.git/hooks/pre-receive <<'END'
#!/usr/bin/python3 -IB
import re
import subprocess
import sys

LIMIT = 65536


def git(*words, data=None):
    return subprocess.run(["git", *words], input=data, stdout=subprocess.PIPE, check=True).stdout


def zero(name):
    return not name.strip("0")


def fail(name, why):
    sys.stderr.write("%s: %s\n" % (name, why))
    sys.exit(1)


updates = [line.rstrip("\n").split(" ", 2) for line in sys.stdin]
for old, new, name in updates:
    if name.startswith("refs/tags/"):
        if not zero(old):
            fail(name, "a tag is neither moved nor deleted")
    elif not name.startswith("refs/heads/"):
        fail(name, "only branches and tags are taken")
    elif name == "refs/heads/main" or name.startswith("refs/heads/release/"):
        if zero(new):
            fail(name, "this branch is never deleted")
        if not zero(old) and subprocess.run(["git", "merge-base", "--is-ancestor", old, new]).returncode:
            fail(name, "this branch only moves forward")

tips = {new: name for old, new, name in updates if not zero(new)}
if not tips:
    sys.exit(0)
for tip, name in tips.items():
    new = git("rev-list", tip, "--not", "--all").split()
    if not new:
        continue
    subjects = git("log", "--no-walk", "--stdin", "-z", "--format=%P%n%s", data=b"\n".join(new) + b"\n")
    for entry in subjects.split(b"\0")[:-1]:
        parents, _, subject = entry.partition(b"\n")
        if len(parents.split()) < 2 and not re.match(rb"LED-[0-9]+: .*[^ ]", subject):
            fail(name, "a commit has no ticket: " + ascii(subject))
    # With -c a merge shows only what differs from every parent; -m would blame it for the other side's files.
    fields = git("diff-tree", "--stdin", "-r", "-c", "--root", "--no-commit-id", "--no-renames", "-z", data=b"\n".join(new) + b"\n").split(b"\0")
    blobs = set()
    for field in fields:
        if field.startswith(b":"):
            parents = len(field) - len(field.lstrip(b":"))
            words = field.lstrip(b":").split(b" ")
            if words[parents][:3] in (b"100", b"120"):
                blobs.add(words[2 * parents + 1])
    for line in git("cat-file", "--batch-check=%(objectsize)", data=b"".join(blob + b"\n" for blob in blobs)).split():
        if int(line) > LIMIT:
            fail(name, "a commit has a file of %d bytes" % int(line))
END
chmod 755 /app/ledger.git/hooks/pre-receive
