#!/bin/bash
set -euo pipefail
keep=$(sed -n 's/^keep_from=//p' /app/retention.conf)
mkdir -p /app/archive /tmp/lists
cd /app/spool
while IFS= read -r -d '' path; do
  day=${path%.log}; day=${day: -10}
  if [[ $day < $keep ]]; then printf '%s\0' "$path" >> "/tmp/lists/${day%-*}"; fi
done < <(find . -type f -regextype posix-extended -regex '.*-[0-9]{4}-[0-9]{2}-[0-9]{2}\.log' -printf '%P\0')
for list in /tmp/lists/*; do
  tar -czf "/app/archive/${list##*/}.tar.gz" --null --verbatim-files-from --no-unquote -T "$list"
  (cd /app/spool && xargs -0 rm -f -- < "$list")
done
rm -r /tmp/lists
