#!/bin/sh
# report.sh RATES DATA: prints a region's sales in euros. Data are lines "item,currency,amount".
exec awk -F, '
    FNR == NR { rate[$1] = $2; next }
    !($2 in rate) || $3 !~ /^[0-9]+$/ { print "bad line in " FILENAME ": " $0 > "/dev/stderr"; exit 1 }
    { cents = $3 * rate[$2] / 100; sum += cents; print $1 ": " int(cents) }
    END { print "sum: " int(sum) }
' "$1" "$2"
