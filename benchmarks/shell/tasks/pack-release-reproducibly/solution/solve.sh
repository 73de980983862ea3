#!/bin/bash
set -euo pipefail
cat > /app/pack.sh <<'END'
#!/bin/bash
set -euo pipefail
export LC_ALL=C
umask 022
: "${SOURCE_DATE_EPOCH:?is not set}"
source=${1:?no source folder}
output=${2:?no output file}
[ -d "$source" ] || { echo "no such folder: $source" >&2; exit 1; }
case $output in /*) ;; *) output=$PWD/$output ;; esac
new=$(mktemp "$output.XXXXXX")
trap 'rm -f "$new"' EXIT
cd -- "$source"
# Below "./" no name looks like an option; only the leading "." becomes "release", and only in names.
find . -name .git -type d -prune -o ! -type d -name '*~' -o -print0 |
    sort -z |
    tar --create --format=gnu --null --no-recursion --verbatim-files-from --files-from=- --hard-dereference \
        --owner=0 --group=0 --numeric-owner --mtime="@$SOURCE_DATE_EPOCH" --mode='u=rwX,go=rX,ug-s,-t' --transform='flags=rSH;s,^\.,release,' |
    gzip -n -9 > "$new"
chmod 644 "$new"
mv -f -- "$new" "$output"
trap - EXIT
END
chmod 755 /app/pack.sh
