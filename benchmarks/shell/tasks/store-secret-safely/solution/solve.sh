#!/bin/bash
set -eu
cat > /app/bin/store-secret <<'SH'
#!/bin/bash
# store-secret NAME < secret: see the exit codes below
set -u
umask 077
LC_ALL=C

fail() {
    echo "store-secret: $2" >&2
    exit "$1"
}

[ $# -eq 1 ] || fail 2 "one NAME is needed"
name=$1
case $name in
    '' | [.-]* | *[!A-Za-z0-9._-]*) fail 2 "not a valid name" ;;
esac

vault=${VAULT_DIR:-/app/vault}
while [ "${vault%/}" != "$vault" ] && [ "$vault" != / ]; do vault=${vault%/}; done
case $vault in -*) vault=./$vault ;; esac
if [ ! -e "$vault" ] && [ ! -L "$vault" ]; then
    mkdir -m 0700 "$vault" || fail 3 "the vault cannot be created"
fi
[ -d "$vault" ] && [ ! -L "$vault" ] || fail 3 "the vault is not a directory"
[ $((0$(stat -c %a "$vault") & 077)) -eq 0 ] || fail 3 "the vault is open to others"

target=$vault/$name
[ -d "$target" ] && [ ! -L "$target" ] && fail 4 "a directory is in the way"

new=
trap '[ -z "$new" ] || rm -f "$new"' EXIT
trap 'exit 1' HUP INT TERM
new=$(mktemp "$vault/.new.XXXXXXXX") || fail 1 "no temporary file"
chmod 0600 "$new"
cat > "$new" || fail 1 "the secret could not be written"
[ -s "$new" ] || fail 5 "the secret is empty"
mv -fT "$new" "$target" || fail 1 "the secret could not be put in place"
new=
exit 0
SH
chmod 0755 /app/bin/store-secret
