#!/bin/bash
set -euo pipefail
python3 -I - <<'END'
import codecs, csv, os, re

ROOT, OUT = "/app/subtitles", "/app/utf8"
MARKS = [(codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")]
with open(ROOT + "/encodings.csv", newline="", encoding="utf-8") as file:
    listed = {row["file"]: row["encoding"] for row in csv.DictReader(file)}


def decode(name, data):
    for mark, encoding in MARKS:
        if data.startswith(mark):
            return data[len(mark):].decode(encoding)
    if name in listed:
        return data.decode(listed[name])
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("cp1252")


for folder, _, names in os.walk(ROOT):
    for name in names:
        if not name.lower().endswith(".srt"):
            continue
        path = os.path.join(folder, name)
        relative = os.path.relpath(path, ROOT)
        with open(path, "rb") as file:
            text = re.sub("\r\n|\r", "\n", decode(relative, file.read()))
        if text and not text.endswith("\n"):
            text += "\n"
        target = os.path.join(OUT, relative)
        os.makedirs(os.path.dirname(target), exist_ok=True)
        with open(target, "wb") as file:
            file.write(text.encode("utf-8"))
END
