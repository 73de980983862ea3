#!/bin/bash
set -euo pipefail
cat > /app/runner.sh <<'END'
#!/bin/bash
# Runs jobs: runner.sh JOBS RESULTS LIMIT
set -u

if [ $# -ne 3 ] || [ ! -f "$1" ] || [ ! -r "$1" ] || ! [[ $3 =~ ^0*([1-9][0-9]{0,5})$ ]]; then
    echo "usage: runner.sh JOBS RESULTS LIMIT" >&2
    exit 2
fi
limit=${BASH_REMATCH[1]}
jobs=$1
case $2 in /*) results=$2 ;; *) results=$PWD/$2 ;; esac
mkdir -p -- "$results" || exit 2
state=$(mktemp -d) || exit 2
trap 'rm -rf "$state"' EXIT

# timeout(1) puts itself and the job into a process group and kills the whole group. A killed job and a job that ran out of time
# have the same status there; so a shell above the job notes how the job ended, which it cannot once it is killed by timeout.
run() {
    timeout -s KILL "$2" sh -c 'sh -c "$1" < /dev/null; status=$?; echo "$status" > "$2"' runner "$3" "$state/$1" > "$results/$1.log" 2>&1 < /dev/null
}

ids=()
running=0
while IFS= read -r line <&3 || [ -n "$line" ]; do
    case $line in '' | '#'*) continue ;; esac
    id=${line%%$'\t'*}
    rest=${line#*$'\t'}
    ids+=("$id")
    if [ "$running" -ge "$limit" ]; then
        wait -n
        running=$((running - 1))
    fi
    run "$id" "${rest%%$'\t'*}" "${rest#*$'\t'}" 3<&- 2> /dev/null &
    running=$((running + 1))
done 3< "$jobs"
wait

end=0
for id in ${ids[@]+"${ids[@]}"}; do
    status=
    [ ! -f "$state/$id" ] || read -r status < "$state/$id"
    case $status in
        0) printf '%s\tok\n' "$id" ;;
        '') printf '%s\ttimeout\n' "$id"; end=1 ;;
        *) printf '%s\tfailed %s\n' "$id" "$status"; end=1 ;;
    esac
done > "$results/summary.tsv"
exit "$end"
END
chmod 755 /app/runner.sh
