#!/bin/bash
# Runs jobs: runner.sh JOBS RESULTS LIMIT
set -e
mkdir -p $2

run() {
    local status=$(timeout $2 $3 > $2/$1.log 2>&1; echo $?)
    if [ $status = 124 ]; then
        echo "$1	timeout" >> $RESULTS/summary.tsv
    elif [ $status ]; then
        echo "$1	ok" >> $RESULTS/summary.tsv
    else
        echo "$1	failed $status" >> $RESULTS/summary.tsv
        failed=1
    fi
}

RESULTS=$2
running=0
cat $1 | while read id seconds command; do
    run $id $seconds "$command" &
    running=$((running + 1))
    if [ $running -ge $3 ]; then
        wait
        running=0
    fi
done
exit $failed
