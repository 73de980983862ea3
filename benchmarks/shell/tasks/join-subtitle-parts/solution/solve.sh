#!/bin/bash
exec /usr/bin/python3 - <<'PY'
import re


def ms(text):
    return sum(int(part) * unit for part, unit in zip(re.split("[:,.]", text), (3600000, 60000, 1000, 1)))


def stamp(value):
    return "%02d:%02d:%02d,%03d" % (value // 3600000, value // 60000 % 60, value // 1000 % 60, value % 1000)


with open("/app/reels/lengths.txt") as file:
    lengths = {name: ms(length) for name, length in map(str.split, file)}
film, dropped, offset = [], [], 0
for name in sorted(lengths, key=lambda name: int(name[4:])):
    with open(f"/app/reels/{name}.srt", "rb") as file:
        lines = [line.removesuffix("\r") for line in file.read().decode("utf-8-sig").split("\n")]
    cue = []
    for line in lines + [""]:
        if line.strip(" "):
            cue.append(line)
            continue
        if cue:
            start, end, extra = re.fullmatch(r"(\S+) --> (\S+)( .*)?", cue[1]).groups()
            a, b = ms(start), ms(end)
            if a >= lengths[name] or b <= a:
                dropped.append(f"{name} {start}\n")
            else:
                film.append((offset + a, offset + min(b, lengths[name]), extra or "", cue[2:]))
        cue = []
    offset += lengths[name]
film.sort(key=lambda cue: cue[:2])
with open("/app/film.srt", "w", encoding="utf-8", newline="") as file:
    file.write("\n".join(f"{number}\n{stamp(a)} --> {stamp(b)}{extra}\n" + "".join(line + "\n" for line in body) for number, (a, b, extra, body) in enumerate(film, 1)))
with open("/app/dropped.txt", "w") as file:
    file.writelines(dropped)
PY
