#!/bin/bash
# Nightly backup: backup.sh SOURCE DEST KEEP
SOURCE=$1
DEST=$2
KEEP=$3
ARCHIVE=$DEST/backup-$BACKUP_STAMP.tar.gz

trap "rm -rf $DEST/.lock" EXIT
if ! mkdir $DEST/.lock; then
    exit 3
fi

# Make room first.
ls -t $DEST/backup-* | tail -n +$KEEP | xargs rm -f

cd $SOURCE
tar -cf - --exclude=cache --exclude=*.tmp * | gzip > $ARCHIVE
sha256sum $ARCHIVE > $ARCHIVE.sha256
echo "backup of $SOURCE done"
