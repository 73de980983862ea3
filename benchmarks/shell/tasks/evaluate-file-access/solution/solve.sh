#!/bin/bash
set -eu
cat > /app/can-access <<'PY'
#!/usr/bin/python3
import os.path
import sys

folder = sys.argv[1]


def rows(name, separator):
    with open(os.path.join(folder, name), encoding="utf-8", newline="\n") as file:
        return [line.split(separator) for line in file.read().split("\n") if line]


uid_of, gid_of, accounts = {}, {}, {}
for name, _, gid, members in rows("group", ":"):
    gid_of[name] = int(gid)
    for member in filter(None, members.split(",")):
        accounts.setdefault(member, set()).add(int(gid))
people = {}
for name, _, uid, gid, *_ in rows("passwd", ":"):
    uid_of.setdefault(name, int(uid))
    people[name] = (int(uid), accounts.get(name, set()) | {int(gid)})


class Node:
    def __init__(self, kind, mode, owner, group, target=None):
        self.kind, self.mode, self.target = kind, int(mode, 8), target
        self.uid = uid_of[owner] if owner in uid_of else int(owner)
        self.gid = gid_of[group] if group in gid_of else int(group)

    def allows(self, who, bit):
        uid, gids = who
        if uid == 0:
            return bit != 1 or self.kind == "d" or self.mode & 0o111 != 0
        shift = 6 if uid == self.uid else 3 if self.gid in gids else 0
        return self.mode >> shift & bit != 0


tree = {}
for kind, mode, owner, group, path, *target in rows("inventory.tsv", "\t"):
    tree[path.rstrip("/")] = Node(kind, mode, owner, group, *target)


class Denied(Exception):
    pass


def walk(who, path, follow_last):
    """The directory, and the path of the entry in it (which need not exist)."""
    where, rest, links = "", path.split("/")[1:], 0
    must_be_folder = rest[-1] in ("", ".", "..")
    while True:
        if tree[where].kind != "d" or not tree[where].allows(who, 1):
            raise Denied
        name, rest = rest[0], rest[1:]
        last = not rest
        if name in ("", "."):
            entry = where
        elif name == "..":
            entry = where.rpartition("/")[0]
        else:
            entry = where + "/" + name
        node = tree.get(entry)
        if node and node.kind == "l" and (follow_last or not last or must_be_folder):
            links += 1
            if links > 40:
                raise Denied
            rest = node.target.split("/") + rest
            if node.target.startswith("/"):
                where = ""
            continue
        if last:
            return where, entry
        if node is None:
            raise Denied
        where = entry


def allowed(user, action, path):
    who = people[user]
    where, entry = walk(who, path, action not in ("create", "delete"))
    node = tree.get(entry)
    if action == "create":
        return node is None and tree[where].allows(who, 2)
    if node is None:
        return False
    if action == "read":
        return node.allows(who, 4)
    if action == "write":
        return node.kind == "f" and node.allows(who, 2)
    if action == "execute":
        return node.kind == "f" and node.allows(who, 1)
    if action == "enter":
        return node.kind == "d" and node.allows(who, 1)
    if node.kind == "d" or not tree[where].allows(who, 2):
        return False
    return not tree[where].mode & 0o1000 or who[0] in (0, node.uid, tree[where].uid)


sys.stdout.reconfigure(encoding="utf-8")
for number, user, action, path in rows("queries.tsv", "\t"):
    try:
        answer = allowed(user, action, path)
    except Denied:
        answer = False
    print(number, "allow" if answer else "deny", sep="\t")
PY
chmod 0755 /app/can-access
/app/can-access /app/dump > /app/answers.tsv
