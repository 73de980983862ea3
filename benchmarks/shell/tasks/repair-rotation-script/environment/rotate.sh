#!/bin/sh
# Rotates a log: rotate.sh LOG KEEP
set -e
LOG=$1
KEEP=$2

[ -s $LOG ] || exit 1

for old in `ls $LOG.* | sort -r`; do
    n=${old##*.}
    if [ $n -ge $KEEP ]; then
        rm $old
    else
        mv $old $LOG.`expr $n + 1`
    fi
done
cp $LOG $LOG.1
> $LOG
