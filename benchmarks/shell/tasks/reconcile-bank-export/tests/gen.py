import datetime
import os
import random
import sys

D0 = datetime.date(2024, 2, 26)


def build():
    """(bank: [(day, payee, purpose, cents, shown reference or None)], ledger: [(entry, day, reference, cents)])"""
    rng = random.Random(1871)
    bank, ledger = [], []
    names = ["B\u00e4ckerei Gro\u00df", "Stra\u00dfenbau; K\u00f6ln", "M\u00fcller \"Zur Linde\"", "Caf\u00e9 \u20ac-Eck", "Stadtwerke"]
    amounts = [1, 10, 1250, 99999, 100000, 123456789, 7, 70, 4999, 8, 30, 20]

    def spell(kind, n, wide=False):
        digits = str(n).zfill(rng.choice([1, 4, 6]))
        return rng.choice([kind, kind.lower(), kind.title()]) + "-" + (" " if wide and rng.random() < 0.4 else "") + digits

    def pair(n, kind, cents, bank_day, ledger_day):
        purpose = rng.choice(["Rechnung %s vielen Dank", "%s", "Zahlung zu %s/2024", "Kd. 4711, %s; Teilzahlung", "KUNDE-12 %s und RE-999999"]) % spell(kind, n, True)
        bank.append((bank_day, rng.choice(names), purpose, cents))
        if ledger_day is not None:
            ledger.append((ledger_day, spell(kind, n).upper().replace("RE-", rng.choice(["RE-", "re-", "RE- "])), cents))
    for i in range(140):
        n = rng.randrange(1, 60)
        cents = rng.choice(amounts) * rng.choice([1, -1, 1])
        day = D0 + datetime.timedelta(rng.randrange(0, 12))
        off = rng.choice([0, 0, 0, 1, -1, 2, -2, 3, -3, 4, -4, None])
        pair(n, rng.choice(["RE", "RE", "GS"]), cents, day, None if off is None else day + datetime.timedelta(off))
    # several of the same: order and nearest date matter
    for bank_off, ledger_off in ((2, 5), (3, 1), (4, 4), (3, 3), (6, 9), (6, 3), (9, 9), (9, 9)):
        pair(77, "RE", 4200, D0 + datetime.timedelta(bank_off), D0 + datetime.timedelta(ledger_off))
    bank.append((D0, "Stadtwerke", "ohne Nummer, REF-12", -9900))
    bank.append((D0, "Stadtwerke", "zu re-0", 5))
    ledger.append((D0, "RE-0000", 5))
    ledger.append((D0, "", -9900))
    rng.shuffle(ledger)
    order = sorted(range(len(bank)), key=lambda i: (bank[i][0], i * 37 % 101))
    return [bank[i] for i in order], [(f"E{i * 3 + 7}",) + l for i, l in enumerate(ledger)]


def german(rng, cents):
    s = f"{abs(cents) // 100:,}".replace(",", ".") + f",{abs(cents) % 100:02}"
    if cents < 0:
        return rng.choice(["-" + s, s + "-"])
    return s


def files():
    bank, ledger = build()
    rng = random.Random(3)

    def q(f):
        return '"' + f.replace('"', '""') + '"' if ";" in f or '"' in f or rng.random() < 0.2 else f
    lines = ["Kontonummer;DE02120300000000202051", "Zeitraum;\"26.02.2024 - 10.03.2024\"", "Kontoinhaber;\"M\u00f6bel Gro\u00df; GmbH\"", "",
             "Buchungstag;Empf\u00e4nger;Verwendungszweck;Betrag;W\u00e4hrung"]
    for day, payee, purpose, cents in bank:
        lines.append(";".join([day.strftime("%d.%m.%Y"), q(payee), q(purpose), q(german(rng, cents)), "EUR"]))
    lines.append("Summe;;;%s;EUR" % german(rng, sum(b[3] for b in bank)))
    lines.append("\"Angaben ohne Gew\u00e4hr, RE-1\"")
    out = ["entry\tdate\treference\tamount\tside"]
    for entry, day, ref, cents in ledger:
        out.append(f"{entry}\t{day}\t{ref}\t{abs(cents) // 100}.{abs(cents) % 100:02}\t{'C' if cents >= 0 else 'D'}")
    return {"bank.csv": ("\r\n".join(lines) + "\r\n").encode("cp1252"), "ledger.tsv": ("\n".join(out) + "\n").encode()}


if __name__ == "__main__":
    for name, data in files().items():
        with open(os.path.join(sys.argv[1], name), "wb") as f:
            f.write(data)
