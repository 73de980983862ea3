#!/bin/bash
set -euo pipefail
cat > /app/rotate.sh <<'END'
#!/bin/bash
# Rotates a log: rotate.sh LOG KEEP
set -eu

usage() {
    echo "usage: rotate.sh LOG KEEP" >&2
    exit 2
}

[ $# -eq 2 ] && [ -n "$1" ] || usage
[[ $2 =~ ^0*([1-9][0-9]{0,17})$ ]] || usage
keep=${BASH_REMATCH[1]}
log=$1
case $log in /*) ;; *) log=./$log ;; esac

[ -s "$log" ] || exit 0

numbers=()
for old in "$log".*; do
    n=${old#"$log".}
    if [[ $n =~ ^[1-9][0-9]*$ ]]; then
        numbers+=("$n")
    fi
done

# From the highest down, so that no name is taken when it is needed.
if [ ${#numbers[@]} -gt 0 ]; then
    printf '%s\n' "${numbers[@]}" | sort -rn | while read -r n; do
        if [ "$n" -ge "$keep" ]; then
            rm -f "$log.$n"
        else
            mv -f "$log.$n" "$log.$((n + 1))"
        fi
    done
fi
mode=$(stat -c %a "$log")
mv "$log" "$log.1"
: > "$log"
chmod "$mode" "$log"
END
chmod 755 /app/rotate.sh
