LAYOUT = """# Layout of settlement.dat

ISO-8859-1, records of exactly 64 bytes, each followed by CR LF (the last record may lack them). Positions count from 1. A record with another length is reported as `LENGTH` and not looked at further;
neither is one of an unknown type (`TYPE`). Both count as records for the trailer, and neither changes the order of the others.

| type (pos. 1) | fields |
|---|---|
| `H` | 2-9 date YYYYMMDD, 10-64 sender, filled with blanks |
| `B` | 2-5 batch number, 6-13 value date YYYYMMDD, 14-64 blank |
| `D` | 2-13 account (11 digits and a check digit), 14-24 amount, 25-32 entry id, 33-64 name |
| `T` | 2-5 batch number, 6-11 count of `D` records, 12-24 sum of amounts, 25-34 hash total, 35-64 blank |
| `Z` | 2-7 number of all records of the file, this one included, 8-11 number of `B` records, 12-24 sum of all batches' amounts, 25-64 blank |

Amounts and sums are in cents: digits, where the last position carries the sign as well (overpunch): `{ABCDEFGHI` stand for +0 to +9, `}JKLMNOPQR` for -0 to -9. A plain digit in that place is not valid.
The hash total of a batch is the sum of the first 11 digits of its accounts, of which the last 10 digits are kept.
The check digit of an account: the 11 digits are multiplied from right to left by 2, 3, 4, 5, 6, 7, 2, 3, 4, 5, 6; r = the sum modulo 11; the check digit is 0 if r is 0, and 11 - r otherwise; an account for which that is 10 does not exist.

| code | meaning |
|---|---|
| `LENGTH`, `TYPE` | as above |
| `ORDER` | a record that may not stand there: the file is one `H`, any number of batches (`B`, any number of `D`, `T`), one `Z`. The record is checked otherwise all the same. After a misplaced record the order goes on as if it were not there; a `D` or `T` outside a batch belongs to no batch, and a `B` within a batch ends that batch without its `T` (and is itself misplaced). A missing `H` or `Z` is reported at record 0, a batch without `T` at its `B` record |
| `DATE` | a date that does not exist, or a value date before the date of the `H` record |
| `ACCOUNT` | not 12 digits, or the check digit is wrong. An account that is 12 digits is readable |
| `AMOUNT` | the amount or sum is not of the form given |
| `NUMBER` | another numeric field (batch number, count, hash total, number of records) has anything but digits |
| `NAME` | a name that consists of spaces only, or that has a control character (0x00-0x1F, 0x7F-0x9F) |
| `DUPLICATE` | an entry id that an earlier `D` record of the file has, or a batch number that an earlier `B` record has |
| `BATCH` | a `T` whose batch number is not its batch's |
| `COUNT`, `SUM`, `HASH` | a total of a `T` or `Z` record that is well formed but wrong (`COUNT` for all counts of both). The `Z` sum is that of all amounts in batches, readable ones. A `T` outside any batch is not compared |
"""


def zoned(value, width):
    digits = "%0*d" % (width, abs(value))
    return digits[:-1] + ("}JKLMNOPQR" if value < 0 else "{ABCDEFGHI")[int(digits[-1])]


def account(number):
    digits = "%011d" % number
    r = sum(int(d) * w for d, w in zip(reversed(digits), (2, 3, 4, 5, 6, 7, 2, 3, 4, 5, 6))) % 11
    return digits + str((11 - r) % 11) if r != 1 else account(number + 1)


def build():
    records, state = [], {"seed": 20240229}

    def rng(n):
        state["seed"] = (state["seed"] * 1103515245 + 12345) % 2**31
        return state["seed"] // 65536 % n

    names = ["M\u00fcller & S\u00f6hne", "Garc\u00eda", "\u00d8sterg\u00e5rd", "Fran\u00e7ois", "O'Neill", "\u00c5kesson", "Na\u00efve GmbH", "Stra\u00df", "\u00deorsson", "de la Pe\u00f1a"]
    grand, batches, entry = 0, 0, 0

    def add(line):
        records.append(line.ljust(64))

    add("H20240228" + "CLEARING HOUSE")
    for number, size in (("0001", 9), ("0002", 0), ("0010", 24), ("0003", 12), ("0004", 6), ("0002", 3)):
        add("B" + number + "20240229")
        batches += 1
        total = hashed = 0
        for _ in range(size):
            entry += 1
            who = account(rng(30000) * 3051757 + 7 * 10**9)
            cents = (rng(30000) * 7 + 1) * (-1 if rng(4) == 0 else 1)
            if entry == 5:
                cents = -130000000
            if entry in (7, 8):
                cents = 0
            add("D" + who + zoned(cents, 11) + "E%07d" % entry + names[rng(len(names))])
            total += cents
            hashed += int(who[:11])
        add("T" + number + "%06d" % size + zoned(total, 13) + "%010d" % (hashed % 10**10))
        grand += total
    add("Z000000" + "%04d" % batches + zoned(grand, 13))
    wanted = set()

    def change(index, at, new, *codes):
        """Puts text at a position (from 1) of record `index` (from 0)."""
        line = records[index]
        records[index] = line[:at - 1] + new + line[at - 1 + len(new):]
        wanted.update((index, code) for code in codes)

    # What stands where: 0 H; 1 B1, 2-10, 11 T1; 12 B2, 13 T2; 14 B10, 15-38, 39 T10; 40 B3, 41-52, 53 T3; 54 B4, 55-60, 61 T4; 62 B2, 63-65, 66 T; 67 Z
    wanted.add((62, "DUPLICATE"))
    amount = records[3][13:24]
    value = int(amount[:-1] + str("{ABCDEFGHI}JKLMNOPQR".index(amount[-1]) % 10)) * (1 if amount[-1] in "{ABCDEFGHI" else -1)
    change(3, 14, zoned(-value, 11))
    wanted.update({(11, "SUM"), (67, "SUM")})
    change(8, 24, "}")  # minus nothing is well formed
    change(15, 13, str((int(records[15][12]) + 1) % 10), "ACCOUNT")
    change(16, 2, "10000000001", "ACCOUNT")
    wanted.add((39, "HASH"))
    change(18, 25, records[17][24:32], "DUPLICATE")
    change(19, 33, "Caf\u00e9 \x85 Z\u00fcrich", "NAME")
    change(20, 33, " " * 32, "NAME")
    change(21, 33, "\u00a0" + " " * 31)
    change(22, 33, "a\tb", "NAME")
    change(23, 33, "b" * 31 + "\x9f", "NAME")
    old = records[24]
    records[24] = old[:33] + old[34:]
    wanted.update({(24, "LENGTH"), (39, "COUNT"), (39, "SUM"), (39, "HASH")})
    change(26, 1, "d", "TYPE")
    change(40, 6, "20240230", "DATE")
    change(43, 14, "00000000012", "AMOUNT")
    change(44, 14, " 000000012{", "AMOUNT")
    wanted.update({(53, "SUM")})
    change(45, 2, "00000 000017", "ACCOUNT")
    wanted.add((53, "HASH"))
    change(46, 2, records[47][1:13])
    change(54, 6, "20240227", "DATE")
    change(61, 2, "0040", "BATCH")
    change(61, 6, "0000O6", "NUMBER")
    change(57, 14, "0000000001\u00df", "AMOUNT")
    wanted.add((61, "SUM"))
    change(67, 2, "%06d" % 71)
    # A detail between batches, a B within a batch, and a record behind the trailer.
    records.insert(62, ("D" + account(5 * 10**9) + zoned(999, 11) + "E9999999" + "Between").ljust(64))
    wanted = {(index + (index >= 62), code) for index, code in wanted} | {(62, "ORDER")}
    records.insert(50, ("B0050" + "20240229").ljust(64))
    wanted = {(index + (index >= 50), code) for index, code in wanted} | {(40, "ORDER"), (50, "ORDER")}
    # Now batch 3 has the details 41-49, batch 50 those from 51 to 53, and the trailer 54 is that of batch 3.
    wanted -= {(54, "SUM"), (54, "HASH")}
    wanted |= {(54, "BATCH"), (54, "COUNT"), (54, "SUM"), (54, "HASH")}
    records.append(("D" + account(6 * 10**9) + zoned(-5, 11) + "E0000001" + "Behind").ljust(64))
    wanted |= {(70, "ORDER"), (70, "DUPLICATE"), (69, "COUNT")}
    return records, {(index + 1, code) for index, code in wanted}


RECORDS, FINDINGS = build()
DATA = "\r\n".join(RECORDS).encode("iso-8859-1")


def main():
    with open("/app/settlement.dat", "wb") as file:
        file.write(DATA)
    with open("/app/LAYOUT.md", "w") as file:
        file.write(LAYOUT)


if __name__ == "__main__":
    main()
