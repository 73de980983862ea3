import os
import random

WORDS = "the sea is quiet tonight and nobody came back from harbour lamps were lit you said wait for me until morning ship letter captain".split()


def stamp(ms, mark=","):
    return "%02d:%02d:%02d%s%03d" % (ms // 3600000, ms // 60000 % 60, ms // 1000 % 60, mark, ms % 1000)


def build():
    rng = random.Random(1931)
    files, lengths = {}, []
    for reel in range(1, 11):
        length = rng.randrange(480000, 720000)
        if reel == 4:
            length = 3 * 60000
        lengths.append(("reel%d" % reel, length))
        cues, at = [], rng.randrange(500, 9000)
        while at < length - 9000 and len(cues) < 14:
            end = at + rng.randrange(700, 4000)
            text = [" ".join(rng.choice(WORDS) for _ in range(rng.randrange(2, 7))).capitalize() + rng.choice([".", "!", "?", " \u2026", ""]) for _ in range(rng.choice([1, 1, 2, 3]))]
            cues.append([at, end, "", text])
            at = end + rng.choice([0, 1, 40, rng.randrange(1000, 60000)])
        cues[3][3] = ["1931"]
        cues[4][3] = ["- Which year?", "1905", "- No."]
        if reel in (2, 7):
            cues[5][2] = " X1:100 X2:540 Y1:420 Y2:460"
            cues[6][3] = ["  <i>indented</i>  ", "\u266a la la \u266a"]
        if reel in (3, 10):
            cues.append([length - 600, length + 1400, "", ["Cut at the end"]])
            cues.append([length, length + 1000, "", ["Next reel's first words"]])
            cues.append([length - 1, length, "", ["Last instant"]])
        if reel == 5:
            cues[2], cues[3] = cues[3], cues[2]
            cues.append([cues[6][0], cues[6][1] + 500, "", ["Same start, later end"]])
            cues.append([cues[6][0], cues[6][1], "", ["Twin"]])
            cues.append([length - 4000, length - 4000, "", ["No time at all"]])
            cues.append([length - 3000, length - 3500, "", ["Backwards"]])
            cues.append([length + 5000, length + 4000, "", ["Both wrong"]])
        if reel == 8:
            cues[1][3] = ["00:00:01,000 --> 00:00:02,000", "is what the clapper says"]
        end = "\r\n" if reel in (2, 5, 9) else "\n"
        blank = {6: "   ", 9: " "}.get(reel, "")
        out = "\ufeff" if reel in (1, 2, 8) else ""
        out += (end * 2) if reel in (3, 8) else ""
        for number, (start, stop, extra, text) in enumerate(cues):
            shown = number + (1 if reel < 7 else 101) if reel != 4 else 1
            out += str(shown) + end + stamp(start) + " --> " + stamp(stop) + extra + end + end.join(text) + end
            out += blank + end + (end if number % 5 == 4 else "")
        if reel in (1, 6, 10):
            out = out.rstrip(" \r\n")
        files["reel%d.srt" % reel] = out
    rng.shuffle(lengths)
    files["lengths.txt"] = "".join("%s %s\n" % (name, stamp(ms, ".")) for name, ms in lengths)
    return files


FILES = build()


def main():
    os.mkdir("/app/reels")
    for name, content in FILES.items():
        with open("/app/reels/" + name, "wb") as file:
            file.write(content.encode())


if __name__ == "__main__":
    main()
