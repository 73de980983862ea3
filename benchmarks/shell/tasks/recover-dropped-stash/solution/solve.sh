#!/bin/bash
set -euo pipefail
cd /app/tariffs
best= latest=0
for commit in $(git fsck --no-reflogs --unreachable --no-progress 2>/dev/null | awk '$2 == "commit" { print $3 }'); do
    git rev-parse -q --verify "$commit^3" > /dev/null || continue
    [ "$(git log -1 --format='%an|%s' "$commit")" = "Mira Jansen|On winter-tariff: night rates, ready for review" ] || continue
    when=$(git log -1 --format=%ct "$commit")
    if [ "$when" -gt "$latest" ]; then latest=$when best=$commit; fi
done
export GIT_INDEX_FILE=$(mktemp -u)
git read-tree "$best"
git ls-tree -r -z --full-tree "$best^3" | git update-index -z --index-info
tree=$(git write-tree)
rm -f "$GIT_INDEX_FILE"
unset GIT_INDEX_FILE
git branch recovered/night-rates "$(git commit-tree "$tree" -p "$best^1" -m 'Recover night rates')"
