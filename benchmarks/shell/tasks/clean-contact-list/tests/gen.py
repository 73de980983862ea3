import csv
import io
import os
import random
import sys

HEAD = ["contact_id", "name", "email", "phone", "postcode", "note", "updated_at"]


def rows():
    rng = random.Random(90210)
    first = ["Ana", "J\u00fcrgen", "Si\u00e2n", "O'Neil", "Li  Wei", "\u0141ukasz", "Mar\u00eda Jos\u00e9", "Bob"]
    last = ["Smith", "M\u00fcller", "van  der Berg", "de la Cruz", "Nguy\u1ec5n", "Brown, Jr.", "\"Duke\" Ellington"]
    notes = ["", "", "prefers phone", "called twice,\r\nno answer", "says \"never again\"", "  keep these blanks  ", "line one\nline two\r\nline three", "=SUM(A1:A9)", "N/A", "a;b\tc"]
    out = []
    ids = [str(i) for i in range(1, 181)]
    ids[6], ids[41] = "007", "0042"
    rng.shuffle(ids)
    for n, cid in enumerate(ids):
        who = rng.randrange(70)
        mail = f"user{who}@example.org" if who < 62 else ""
        mail = rng.choice([mail, mail, mail.upper(), mail.title(), f"  {mail} ", mail + "\t"]) if mail else rng.choice(["", "", "  "])
        name = rng.choice(["", " ", "\u00a0"]) + rng.choice(first) + rng.choice([" ", "  ", "\t"]) + rng.choice(last) + rng.choice(["", " "])
        out.append([cid, name, mail, rng.choice(["0049 30 12345", "+44 20 7946 0958", "0301234567", "007"]), rng.choice(["01067", "00120", "SW1A 1AA", "12345", "1e5"]), rng.choice(notes),
                    f"2023-{rng.randrange(9, 12):02}-{rng.randrange(8, 12):02}T{rng.randrange(9, 11):02}:00:00"])
    # ties on the time, three of one contact, and addresses that only look alike
    out[150][2], out[20][2], out[90][2] = "tie@example.org", "TIE@example.org", " Tie@Example.org"
    out[150][6] = out[90][6] = "2023-12-01T00:00:00"
    out[20][6] = "2023-12-01T00:00:00"
    out[10][2], out[11][2] = "first.last@example.org", "firstlast@example.org"
    return out


def files():
    buf = io.StringIO()
    w = csv.writer(buf, lineterminator="\r\n")
    w.writerow(HEAD)
    for i, r in enumerate(rows()):
        if i % 5 == 3:  # some records are quoted throughout
            buf.write(",".join('"' + f.replace('"', '""') + '"' for f in r) + "\r\n")
        else:
            w.writerow(r)
    return {"contacts.csv": b"\xef\xbb\xbf" + buf.getvalue().encode()}


if __name__ == "__main__":
    for name, data in files().items():
        with open(os.path.join(sys.argv[1], name), "wb") as f:
            f.write(data)
