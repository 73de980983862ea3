#!/bin/bash
set -euo pipefail
cat > /app/timesheet.sh <<'END'
#!/bin/bash
# Adds up working hours: timesheet.sh FILE
set -eu
export LC_ALL=C

file=${1-}
if [ ! -f "$file" ] || [ ! -r "$file" ]; then
    echo "timesheet.sh: cannot read '$file'" >&2
    exit 2
fi

minutes() {
    # 10# because 08 and 09 are no octal numbers.
    time=$((10#${1%:*} * 60 + 10#${1#*:}))
}

clock() {
    printf '%s\t%d:%02d\n' "$1" $(($2 / 60)) $(($2 % 60))
}

declare -A worked=()
total=0
while IFS= read -r line || [ -n "$line" ]; do
    line=${line%$'\r'}
    case $line in '' | '#'*) continue ;; esac
    # Not by IFS in read, which would be fine here, but by the fields themselves: names keep their spaces.
    name=${line%%;*}
    rest=${line#*;*;}
    minutes "${rest%%;*}"
    start=$time
    rest=${rest#*;}
    minutes "${rest%%;*}"
    end=$time
    pause=${rest#*;}
    if [ "$end" -lt "$start" ]; then
        end=$((end + 1440))
    fi
    spent=$((end - start - 10#${pause:-0}))
    # Under a key that is never empty, and read without arithmetic on the name.
    before=${worked[".$name"]-0}
    worked[".$name"]=$((before + spent))
    total=$((total + spent))
done < "$file"

for key in "${!worked[@]}"; do
    clock "${key#.}" "${worked[$key]}"
done | sort -t $'\t' -k 1,1
clock TOTAL "$total"
END
chmod 755 /app/timesheet.sh
