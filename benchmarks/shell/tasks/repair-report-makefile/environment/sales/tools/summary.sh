#!/bin/sh
# summary.sh REPORT...: prints the sum of each report.
for report in "$@"; do
    sum=$(sed -n 's/^sum: //p' "$report")
    [ -n "$sum" ] || { echo "no sum in $report" >&2; exit 1; }
    echo "$(basename "$report" .txt) $sum"
done
