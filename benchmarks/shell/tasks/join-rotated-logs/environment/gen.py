import gzip
import os
import random
import sys

LEVELS = ["DEBUG", "INFO", "INFO", "INFO", "NOTICE", "WARN", "ERROR"]
MESSAGES = ["settlement accepted", "settlement refused, ERROR code 51", "retrying after WARN from acquirer", "terminal connected",
            "terminal lost", "batch closed", "INFO request answered", "kaart geweigerd \u2013 saldo", "slow answer 2210 ms"]


def log():
    rng = random.Random(20240308)
    lines, t = [], 0
    for i in range(1500):
        t += rng.randrange(1, 90)
        stamp = "2024-03-%02dT%02d:%02d:%02dZ" % (8 + t // 86400, t // 3600 % 24, t // 60 % 60, t % 60)
        level = rng.choice(LEVELS)
        lines.append(f"{stamp} gw-{rng.randrange(1, 4)} {level} {rng.choice(MESSAGES)} #{i}")
        if level == "ERROR" and rng.random() < 0.5:
            lines.append("\tat Acquirer.settle(Acquirer.java:%d)" % rng.randrange(20, 400))
            lines.append("  caused by: java.net.SocketTimeoutException ERROR read timed out")
    return ("\n".join(lines) + "\n2024-03-09T04:59:59Z gw-1 ERROR settlement ref").encode()


def files():
    data = log()
    rng = random.Random(77)
    cuts = sorted(rng.sample(range(2000, len(data) - 2000), 12))
    parts = [data[a:b] for a, b in zip([0] + cuts, cuts + [len(data)])]
    out = {}
    for number, part in zip(range(12, -1, -1), parts):
        name = "logs/gateway.log" + (f".{number}" if number else "")
        if number in (0, 1, 6):
            out[name] = part
        elif number == 9:  # written in two goes: two gzip members
            out[name + ".gz"] = gzip.compress(part[:700], mtime=0) + gzip.compress(part[700:], mtime=0)
        else:
            out[name + ".gz"] = gzip.compress(part, mtime=0)
    out["logs/gateway.log.3.gz.tmp"] = gzip.compress(parts[9], mtime=0)[:200]
    out["logs/gateway.log.old"] = b"2019-01-01T00:00:00Z gw-1 FATAL kept for the auditors\n"
    out["logs/gateway-audit.log.1"] = b"2024-03-08T00:00:09Z gw-1 AUDIT key ceremony\n"
    out["logs/gateway-audit.log.2.gz"] = gzip.compress(b"2024-03-07T00:00:09Z gw-1 AUDIT login\n", mtime=0)
    return out


if __name__ == "__main__":
    for name, data in files().items():
        path = os.path.join(sys.argv[1], name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as f:
            f.write(data)
