#!/bin/bash
set -euo pipefail
cd /app/sonata
find .git -name '*.lock' -delete
echo 'ref: refs/heads/main' > .git/HEAD
tail -n 1 .git/logs/refs/heads/main | cut -d ' ' -f 2 > .git/refs/heads/main
rm .git/index

# Objects that do not unpack, or not to what their name says, go away first.
find .git/objects -path '*/??/*' -type f | while read -r file; do
    name=$(basename "$(dirname "$file")")$(basename "$file")
    kind=$(git cat-file -t "$name" 2> /dev/null) && git cat-file "$kind" "$name" 2> /dev/null | git hash-object -t "$kind" --stdin 2> /dev/null | grep -qx "$name" || rm -f "$file"
done
# The mirror has what is older, the export what is newer once its line ends are git's again.
git -C /app/mirror.git cat-file --batch-all-objects --batch-check='%(objectname) %(objecttype)' | while read -r name kind; do
    git cat-file -e "$name" 2> /dev/null || git -C /app/mirror.git cat-file "$kind" "$name" | git hash-object -t "$kind" -w --stdin > /dev/null
done
find /app/export -type f -print0 | while IFS= read -r -d '' file; do
    tr -d '\r' < "$file" | git hash-object -w --stdin > /dev/null
done
git reset -q
git fsck --full --no-progress > /dev/null
