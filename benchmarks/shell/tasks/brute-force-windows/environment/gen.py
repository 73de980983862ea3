import os
import random
import sys
import time

BASE = 1703721600  # 2023-12-28T00:00:00Z
MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
USERS = ["root", "admin", "oracle", "test", "invalid user ftp", "invalid user minecraft", "invalid user ", "invalid user john smith",
         "invalid user x from 10.0.0.1 port 22 ssh2", "invalid user from 192.0.2.77 port 9", "deploy"]


def events():
    """(second, order, address, kind, count, user) in the order of the log; kind F(ailed), A(ccepted) or a raw message."""
    rng = random.Random(31337)
    out = []

    def fail(t, ip, n=1, user=None):
        out.append((t, ip, "F", n, user if user is not None else rng.choice(USERS)))

    def other(t, ip, message):
        out.append((t, ip, message, 0, ""))
    day = 86400
    for i in range(8):  # exactly 600 s from the first to the last: alert
        fail(day + 100 + (600 * i) // 7, "9.88.1.4")
    for i in range(8):  # 601 s: no alert
        fail(day + 9000 + (601 * i) // 7, "203.0.113.60")
    # across New Year, with folded repetitions, then a break-in
    t = 4 * day - 200
    fail(t, "198.51.100.23", 1, "root")
    fail(t + 3, "198.51.100.23", -5, "root")
    fail(t + 250, "198.51.100.23", 1, "admin")
    fail(t + 700, "198.51.100.23", 1, "admin")
    fail(t + 790, "198.51.100.23", -2, "admin")
    fail(t + 800, "198.51.100.23", 1, "deploy")
    fail(t + 801, "198.51.100.23", -3, "deploy")
    fail(t + 802, "198.51.100.23", -2, "deploy")
    other(t + 900, "198.51.100.23", "Accepted password for deploy from 198.51.100.23 port 40122 ssh2")
    # accepted before the alert only
    other(2 * day, "198.51.100.3", "Accepted publickey for backup from 198.51.100.3 port 5022 ssh2: RSA SHA256:abc")
    for i in range(11):
        fail(2 * day + 60 + i, "198.51.100.3")
    # folded message alone crosses the line; accepted in the same second further down
    fail(3 * day + 50, "100.64.0.9", 1, "root")
    fail(3 * day + 55, "100.64.0.9", -7, "root")
    other(3 * day + 55, "100.64.0.9", "Accepted keyboard-interactive/pam for root from 100.64.0.9 port 22022 ssh2")
    # an accepted one whose user name lies about the address
    for i in range(9):
        fail(5 * day + i * 20, "10.200.0.7", 1, "invalid user x from 10.0.0.1 port 22 ssh2")
    other(5 * day + 400, "10.0.0.1", "Accepted password for a from 10.200.0.7 port 1 ssh2 from 10.0.0.1 port 3022 ssh2")
    # seven plus things that are no failures
    for i in range(7):
        fail(5 * day + 1000 + i, "203.0.113.61", 1, "admin")
        other(5 * day + 1000 + i, "203.0.113.61", "Failed none for invalid user admin from 203.0.113.61 port 1 ssh2")
        other(5 * day + 1001 + i, "203.0.113.61", "Failed publickey for admin from 203.0.113.61 port 1 ssh2: RSA SHA256:x")
    other(5 * day + 1020, "203.0.113.61", "message repeated 4 times: [ Failed none for invalid user admin from 203.0.113.61 port 1 ssh2]")
    # two bursts, the second the larger
    for i in range(8):
        fail(day + 40000 + i * 30, "172.16.9.9")
    for i in range(40):
        fail(6 * day + 100 + i * 25, "172.16.9.9")
    # steady drip: 7 per 600 s for hours
    for i in range(150):
        fail(2 * day + 20000 + i * 100, "203.0.113.62")
    for i in range(400):
        fail(rng.randrange(7 * day), "192.0.2.%d" % rng.randrange(1, 200))
    for i in range(120):
        t = rng.randrange(7 * day)
        other(t, "192.0.2.250", "Accepted publickey for deploy from 192.0.2.250 port %d ssh2: ED25519 SHA256:k" % rng.randrange(1024, 60000))
        other(t, "", rng.choice(["Connection closed by 192.0.2.5 port 22 [preauth]", "pam_unix(sshd:auth): authentication failure; rhost=9.88.1.9"]))
    indexed = sorted(enumerate(out), key=lambda e: (e[1][0], e[0]))
    return [e for _, e in indexed]


def render():
    rng = random.Random(4)
    lines = []
    for t, ip, kind, n, user in events():
        stamp = time.gmtime(BASE + t)
        head = "%s %2d %02d:%02d:%02d bastion " % (MONTHS[stamp.tm_mon - 1], stamp.tm_mday, stamp.tm_hour, stamp.tm_min, stamp.tm_sec)
        pid = rng.randrange(300, 32000)
        if kind == "F":
            body = f"Failed password for {user} from {ip} port {rng.randrange(1024, 65000)} ssh2"
            lines.append(head + f"sshd[{pid}]: " + (f"message repeated {-n} times: [ {body}]" if n < 0 else body))
        else:
            lines.append(head + f"sshd[{pid}]: " + kind)
        if rng.random() < 0.05:
            lines.append(head + f"audit-copy[{pid}]: Failed password for root from 203.0.113.61 port 22 ssh2")
    return lines


def files():
    return {"auth.log": ("\n".join(render()) + "\n").encode()}


if __name__ == "__main__":
    for name, data in files().items():
        with open(os.path.join(sys.argv[1], name), "wb") as f:
            f.write(data)
