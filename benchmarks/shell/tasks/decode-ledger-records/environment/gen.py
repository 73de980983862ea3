import random

rng = random.Random(273)


def packed(value, digits, sign=None):
    text = "%0*d" % (digits, abs(value)) + (sign or ("d" if value < 0 else "c"))
    return bytes.fromhex(text)


def zoned(value, digits, sign=None):
    text = "%0*d" % (digits, abs(value))
    zone = int(sign or ("d" if value < 0 else "c"), 16)
    return bytes(0xF0 | int(digit) for digit in text[:-1]) + bytes([zone << 4 | int(text[-1])])


HOLDERS = ["Müller & Söhne", "Groß, Änne", "Öztürk \"Özi\" Kfz", " Lead Space", "Weiß [Berlin] {Mitte}", "Smith; Partners", "Ünal§Co", "A~B|C\\D", "Straße 7 @ Hof", "X" * 24, "Ärztehaus   Süd", ""]
RECORDS = []
for number in range(300):
    balance = rng.choice([0, 1, -1, 5, -99, 1525, rng.randrange(-10**9, 10**9), 99999999999, -99999999999, rng.randrange(-10**6, 10**6)])
    limit = rng.choice([0, 50000, 9999999, -100, rng.randrange(10**6)])
    opened = rng.choice([0, 19991231, 20000229, 20240229, 19700101, 20110000 + rng.randrange(1, 13) * 100 + rng.randrange(1, 29)])
    RECORDS.append([("%08d" % (number * 314159 % 10**8)), HOLDERS[rng.randrange(len(HOLDERS))], balance, limit, opened, rng.choice([0, 1, -1, 21, 1301, -32768, 32767, 0x1525]), "AKSXü"[rng.randrange(5)]])


def encode(number, record):
    account, holder, balance, limit, opened, postings, status = record
    sign = "f" if balance >= 0 and number % 5 == 0 else ("d" if balance == 0 and number % 3 == 0 else None)
    data = (account.encode("cp273") + holder.ljust(24).encode("cp273") + packed(balance, 11, sign) + zoned(limit, 7, "f" if limit >= 0 and number % 4 == 0 else ("d" if limit == 0 and number % 7 == 0 else None))
            + packed(opened, 9, "f" if number % 2 else None) + postings.to_bytes(2, "big", signed=True) + status.encode("cp273"))
    return data + (b"\x15\x25\x0d\x0a\x00" + rng.randbytes(6))


BAD = {17: (32, b"\x40" * 6), 55: (37, b"\x1a"), 56: (44, b"\xe5"), 91: (38, b"\xe1"), 120: (45, bytes.fromhex("020230229c")), 121: (45, bytes.fromhex("020231301c")), 200: (0, b"\x40\x40\x40\x40\xf1\xf2\xf3\xf4"),
       201: (33, b"\xa1"), 250: (45, bytes.fromhex("120230228c")), 260: (40, b"\xd3"), 277: (45, bytes.fromhex("000000101c"))}
DATA = bytearray(b"".join(encode(number, record) for number, record in enumerate(RECORDS, 1)))
for number, (at, patch) in BAD.items():
    DATA[64 * (number - 1) + at:64 * (number - 1) + at + len(patch)] = patch
DATA += encode(301, RECORDS[0])[:53]
with open("/app/ledger.dat", "wb") as file:
    file.write(DATA)
