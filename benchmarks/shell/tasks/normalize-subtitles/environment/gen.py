import os

CUES = [("Où es-tu ?", "À la gare…"), ("Ça coûte 5 €", "“Mon œil”"), ("Schöne Grüße", "– Straße gesperrt"), ("¿Qué pasa?", "Mañana, señor")]


def text(pick, end, last=True):
    lines = []
    for number, line in enumerate(CUES[pick]):
        lines += [str(number + 1), "00:0%d:0%d,000 --> 00:0%d:09,500" % (number, pick, number), line, ""]
    return end.join(lines[:-1]) + (end if last else "")


FILES = {
    "film one/fr.srt": (b"\xff\xfe", text(0, "\r\n"), "utf-16-le"),
    "film one/de.SRT": (b"\xfe\xff", text(2, "\n", False), "utf-16-be"),
    "film one/es.srt": (b"\xef\xbb\xbf", text(3, "\r\n"), "utf-8"),
    "film two/fr.srt": (b"", text(1, "\r\n"), "cp1252"),
    "film two/el.srt": (b"", "1\r\n00:00:01,000 --> 00:00:02,000\r\nΚαλημέρα, κόσμε\r\n", "iso8859-7"),
    "film two/de.srt": (b"", text(2, "\r", False), "utf-8"),
    "film two/marks.srt": (b"\xef\xbb\xbf", "1\n00:00:01,000 --> 00:00:02,000\n\ufeffWord\u00a0joiner\u2028same line\x0bsame line\x85\n", "utf-8"),
    "old, tapes/ru.srt": (b"", "1\r\n00:00:01,000 --> 00:00:02,000\r\nДо свидания\r\n\r\n\r\n", "koi8-r"),
    "old, tapes/ja.srt": (b"", "1\n00:00:01,000 --> 00:00:02,000\nありがとう\n", "utf-16-le"),
    "old, tapes/pl.srt": (b"\xef\xbb\xbf", "1\r\n00:00:01,000 --> 00:00:02,000\r\nDzień dobry\r\n", "utf-8"),
    "mixed.srt": (b"", "1\r\n00:00:01,000 --> 00:00:02,000\rOne\nTwo\r\r\n\n\rEnd", "utf-8"),
    "empty.srt": (b"", "", "utf-8"),
    "only-mark.srt": (b"\xff\xfe", "", "utf-16-le"),
    "plain.srt": (b"", "1\n00:00:01,000 --> 00:00:02,000\nÃ¤ is written like this on purpose\n", "utf-8"),
}
for name, (mark, content, encoding) in FILES.items():
    path = "/app/subtitles/" + name
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(mark + content.encode(encoding))
with open("/app/subtitles/encodings.csv", "w", newline="") as file:
    file.write('file,encoding\r\nfilm two/el.srt,ISO-8859-7\r\n"old, tapes/ru.srt",KOI8-R\r\n"old, tapes/ja.srt",UTF-16LE\r\n"old, tapes/pl.srt",ISO-8859-2\r\nmissing.srt,UTF-8\r\n')
with open("/app/subtitles/film one/readme.txt", "wb") as file:
    file.write("Größe\r\n".encode("cp1252"))
