#!/bin/bash
# Adds up working hours: timesheet.sh FILE
set -e

minutes() {
    local hour=${1%:*} minute=${1#*:}
    echo $((hour * 60 + minute))
}

declare -A worked
total=0
cat $1 | while IFS=';' read name date from to pause
do
    [ -z $name ] && continue
    start=$(minutes $from)
    end=$(minutes $to)
    time=$((end - start - pause))
    worked[$name]=$((worked[$name] + time))
    let total+=time
done

for name in ${!worked[@]}; do
    echo -e "$name\t$((worked[$name] / 60)):$((worked[$name] % 60))"
done | sort
echo -e "TOTAL\t$((total / 60)):$((total % 60))"
