#!/bin/bash
set -eu
cd /app/site
find . -type d -exec chmod 0755 {} +
find . -type d -name uploads -exec chmod 1777 {} +
find . -type f -exec bash -c '
    for file; do
        if [ "$(head -c 2 -- "$file" | tr "\0" "0")" = "#!" ]; then chmod 0755 -- "$file"; else chmod 0644 -- "$file"; fi
    done' _ {} +
