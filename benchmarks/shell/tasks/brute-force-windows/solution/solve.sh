#!/bin/bash
set -euo pipefail
/usr/bin/python3 - <<'P'
import datetime, re
HEAD = re.compile(r'(\w{3}) +(\d+) (\d\d):(\d\d):(\d\d) \S+ sshd\[\d+\]: (.*)')
FOLD = re.compile(r'message repeated (\d+) times: \[ (.*)\]')
FAIL = re.compile(r'Failed password for .* from (\d+\.\d+\.\d+\.\d+) port \d+ ssh2')
GOOD = re.compile(r'Accepted \S+ for .* from (\d+\.\d+\.\d+\.\d+) port \d+ ssh2(?:: .*)?')
MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split()
year, last = 2023, 12
fails, first, broken = {}, {}, set()
for line in open('/app/auth.log', encoding='utf-8', errors='surrogateescape', newline='\n'):
    m = HEAD.fullmatch(line.rstrip('\n'))
    if not m:
        continue
    month = MONTHS.index(m[1]) + 1
    if month < last:
        year += 1
    last = month
    t = datetime.datetime(year, month, int(m[2]), int(m[3]), int(m[4]), int(m[5]), tzinfo=datetime.timezone.utc)
    body, count = m[6], 1
    fold = FOLD.fullmatch(body)
    if fold:
        count, body = int(fold[1]), fold[2]
    bad = FAIL.fullmatch(body)
    if bad:
        times = fails.setdefault(bad[1], [])
        for _ in range(count):
            times.append(t)
            if bad[1] not in first and len(times) >= 8 and (t - times[-8]).total_seconds() <= 600:
                first[bad[1]] = t
    good = GOOD.fullmatch(body)
    if good and good[1] in first:
        broken.add(good[1])
with open('/app/alerts.tsv', 'w', newline='') as f:
    f.write('address\tfirst_alert\tpeak\tfailures\tcompromised\n')
    for ip in sorted(first, key=lambda a: tuple(map(int, a.split('.')))):
        times, peak, low = fails[ip], 0, 0
        for high, t in enumerate(times):
            while (t - times[low]).total_seconds() > 600:
                low += 1
            peak = max(peak, high - low + 1)
        f.write(f"{ip}\t{first[ip]:%Y-%m-%dT%H:%M:%SZ}\t{peak}\t{len(times)}\t{'yes' if ip in broken else 'no'}\n")
P
