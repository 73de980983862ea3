#!/bin/bash
set -euo pipefail
cd /app/incoming
count=$(wc -l < SHA256SUMS)
whole=$(mktemp)
for ((n = 1; n <= count; n++)); do
    name=photos.tar.gz.part$n
    want=$(awk -v name="$name" '$2 == name { print $1 }' SHA256SUMS)
    found=
    for file in "$name" *; do
        if [ "$(sha256sum < "$file" | cut -d ' ' -f 1)" = "$want" ]; then found=$file; break; fi
    done
    cat "./$found" >> "$whole"
done
mkdir -p /app/restored
tar -xzpf "$whole" --no-same-owner -C /app/restored
rm "$whole"
{
    echo "parts $count"
    find /app/restored -type f -printf '%s\n' | awk '{ files++; bytes += $1 } END { print "files " files; print "bytes " bytes }'
} > /app/restored.txt
