#!/bin/bash
set -euo pipefail
cat > /app/backup.sh <<'END'
#!/bin/bash
# Nightly backup: backup.sh SOURCE DEST KEEP
set -euo pipefail
export LC_ALL=C

if [ $# -ne 3 ] || ! [[ $3 =~ ^0*([1-9][0-9]{0,8})$ ]]; then
    echo "usage: backup.sh SOURCE DEST KEEP" >&2
    exit 2
fi
keep=${BASH_REMATCH[1]}
absolute() {
    case $1 in /*) path=$1 ;; *) path=$PWD/$1 ;; esac
}
absolute "$1"
source=$path
absolute "$2"
dest=$path
name=backup-${BACKUP_STAMP:?is not set}.tar.gz
[ -d "$source" ] || { echo "no such folder: $source" >&2; exit 1; }
[ -d "$dest" ] || { echo "no such folder: $dest" >&2; exit 1; }

mkdir "$dest/.lock" 2> /dev/null || { echo "another backup is running" >&2; exit 3; }
# From here on the lock is ours, and so is what we began.
made=()
finish() {
    trap '' TERM INT HUP
    [ ${#made[@]} -eq 0 ] || rm -f -- "${made[@]}"
    rm -rf -- "$dest/.lock"
}
trap finish EXIT
trap 'exit 143' TERM
trap 'exit 130' INT
trap 'exit 129' HUP

cd "$dest"
[ ! -e "$name" ] && [ ! -L "$name" ] || { echo "$name exists" >&2; exit 1; }
made=("$dest/$name.new" "$dest/$name.sha256.new")
tar -C "$source" -cf - --anchored --exclude=./cache --no-anchored --exclude='*.tmp' . | gzip > "$name.new"
sum=$(sha256sum < "$name.new")
printf '%s  %s\n' "${sum%% *}" "$name" > "$name.sha256.new"
made+=("$dest/$name" "$dest/$name.sha256")
mv -- "$name.sha256.new" "$name.sha256"
mv -- "$name.new" "$name"
made=()

for old in backup-*.tar.gz; do
    if [[ $old =~ ^backup-[0-9]{8}-[0-9]{6}\.tar\.gz$ ]]; then
        echo "$old"
    fi
done | sort -r | tail -n +"$((keep + 1))" | while read -r old; do
    rm -f -- "$old" "$old.sha256"
done
END
chmod 755 /app/backup.sh
