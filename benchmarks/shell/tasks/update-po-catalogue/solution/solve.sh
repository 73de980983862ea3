#!/bin/bash
exec /usr/bin/python3 - <<'PY'
import re

ESCAPES = {"n": "\n", "t": "\t"}
BACK = {"\n": "\\n", "\t": "\\t", '"': '\\"', "\\": "\\\\"}


def load(path):
    with open(path, encoding="utf-8") as file:
        blocks = re.split(r"\n{2,}", file.read().strip("\n"))
    entries = []
    for block in blocks:
        entry = {"old": False, "notes": [], "auto": [], "refs": [], "flags": [], "text": {}}
        key = None
        for line in block.split("\n"):
            if line.startswith("#~ "):
                entry["old"], line = True, line[3:]
            if line.startswith("#|"):
                continue
            for sign, name in (("#.", "auto"), ("#:", "refs")):
                if line.startswith(sign):
                    entry[name].append(line)
                    break
            else:
                if line.startswith("#,"):
                    entry["flags"] += [flag.strip() for flag in line[2:].split(",")]
                elif line.startswith("#"):
                    entry["notes"].append(line)
                else:
                    word, quoted = re.match(r'(\S*?)\s*(".*")$', line).groups()
                    key = word or key
                    value = re.sub(r"\\(.)", lambda m: ESCAPES.get(m.group(1), m.group(1)), quoted[1:-1])
                    entry["text"][key] = entry["text"].get(key, "") + value
        entries.append(entry)
    return entries


def identity(entry):
    return entry["text"].get("msgctxt"), entry["text"]["msgid"]


def strings(entry):
    return [value for key, value in entry["text"].items() if key.startswith("msgstr")]


def show(entry):
    lines = entry["notes"] + ([] if entry["old"] else entry["auto"] + entry["refs"])
    flags = [flag for flag in entry["flags"] if flag != "fuzzy" or any(strings(entry))]
    if flags:
        lines = lines + ["#, " + ", ".join(flags)]
    prefix = "#~ " if entry["old"] else ""
    for key, value in entry["text"].items():
        parts = value.splitlines(keepends=True) or [""]
        if len(parts) > 1:
            parts.insert(0, "")
        quoted = ['"' + "".join(BACK.get(c, c) for c in part) + '"' for part in parts]
        lines = lines + [prefix + key + " " + quoted[0]] + [prefix + q for q in quoted[1:]]
    return "\n".join(lines) + "\n"


template, old = load("/app/po/shop.pot"), load("/app/po/de.po")
current = {identity(entry): entry for entry in old if not entry["old"]}
obsolete = {identity(entry): entry for entry in old if entry["old"]}
used, result = set(), []
for entry in template:
    who = identity(entry)
    source = current.get(who) or obsolete.get(who)
    if source:
        used.add(id(source))
    if who == (None, ""):
        date = re.search("POT-Creation-Date:.*\n", entry["text"]["msgstr"]).group()
        source["text"]["msgstr"] = re.sub("POT-Creation-Date:.*\n", lambda m: date, source["text"]["msgstr"])
        result.append(source)
        continue
    plural = entry["text"].get("msgid_plural")
    words = ["", ""] if plural is not None else [""]
    if source:
        entry["notes"] = source["notes"]
        before = strings(source)
        words = (before + ["", ""])[:len(words)]
        changed = plural != source["text"].get("msgid_plural")
        if "fuzzy" in source["flags"] or changed:
            entry["flags"].insert(0, "fuzzy")
    for key in [key for key in entry["text"] if key.startswith("msgstr")]:
        del entry["text"][key]
    for number, word in enumerate(words):
        entry["text"]["msgstr" if plural is None else f"msgstr[{number}]"] = word
    result.append(entry)
for entry in old:
    if id(entry) not in used and any(strings(entry)):
        entry["old"] = True
        result.append(entry)
with open("/app/po/de.new.po", "w", encoding="utf-8") as file:
    file.write("\n".join(map(show, result)))
PY
