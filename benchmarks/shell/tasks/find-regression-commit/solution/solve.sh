#!/bin/bash
set -euo pipefail
work=$(mktemp -d)
git clone -q /app/quotes "$work/quotes"
cd "$work/quotes"
cat > "$work/judge" <<'END'
#!/bin/sh
price=$(python3 -B quote.py 3 20 2>/dev/null) || exit 125
[ "$price" = 41.90 ]
END
chmod +x "$work/judge"
git bisect start main v1.4.0 > /dev/null
git bisect run "$work/judge" > /dev/null
commit=$(git rev-parse refs/bisect/bad)
# The search leaned on each commit's own verdict; make sure of the edge.
git checkout -q "$commit^"
[ "$(python3 -B quote.py 3 20)" = 41.90 ]
release=$(git tag --contains "$commit" | grep -E '^v[0-9]+\.[0-9]+\.[0-9]+$' | sort -V | head -n 1)
jq -n --arg commit "$commit" --arg author "$(git log -1 --format='%an <%ae>' "$commit")" --argjson committed "$(git log -1 --format=%ct "$commit")" \
    --arg release "$release" '{commit: $commit, author: $author, committed: $committed, first_release: $release}' > /app/regression.json
rm -rf "$work"
