#!/bin/bash
set -euo pipefail
cd /app/logs
find . -maxdepth 1 -type f -regextype posix-extended -regex '\./gateway\.log\.[0-9]+(\.gz)?' -printf '%f\n' |
  sort -t. -k3,3nr |
  { while read -r f; do case $f in *.gz) gzip -dc -- "$f" ;; *) cat -- "$f" ;; esac; done; cat gateway.log; } > /tmp/all
# everything up to and including the last newline
/usr/bin/python3 - <<'P'
data = open("/tmp/all", "rb").read()
open("/app/joined.log", "wb").write(data[:data.rfind(b"\n") + 1])
P
rm /tmp/all
grep -v '^[[:blank:]]' /app/joined.log | awk '{ n[$3]++ } END { for (l in n) print l, n[l] }' | LC_ALL=C sort > /app/levels.txt
