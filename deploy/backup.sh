#!/bin/sh
# Copies what cannot be made again into a folder: the database, the objects, the secret key.
#   deploy/backup.sh /var/backups/hoclieu        with the settings in the environment, while everything runs
# The database goes first: an object is never changed, and kept for 30 days after the last row let go of it, so
# that all that the copied rows name is there when the objects are copied. Indices, caches and static files are
# made anew by restore.sh.
set -eu
umask 077
code=$(cd "$(dirname "$0")/.." && pwd)
var=${HOCLIEU_VAR:-$code/var}
to=${1:?"usage: backup.sh FOLDER"}
name=$(date -u +%Y%m%dT%H%M%SZ)
mkdir -p "$to/databases" "$to/objects"

if [ -n "${HOCLIEU_DATABASE_URL:-}" ]; then
  pg_dump --format=custom --no-owner --file="$to/databases/$name.part" "$HOCLIEU_DATABASE_URL"
  mv "$to/databases/$name.part" "$to/databases/$name.dump"
else
  sqlite3 "$var/hoclieu.sqlite3" ".timeout 20000" ".backup '$to/databases/$name.part'"
  mv "$to/databases/$name.part" "$to/databases/$name.sqlite3"
fi

if [ -n "${HOCLIEU_S3_ENDPOINT:-}" ]; then
  "$code/.venv/bin/python" "$code/deploy/objects.py" save "$to/objects"
else
  for folder in blobs media; do
    if [ -d "$var/$folder" ]; then cp -a -u "$var/$folder" "$to/objects/"; fi
  done
fi

# In production the key stands with the other settings: /etc/hoclieu is to be copied too.
if [ -f "$var/secret_key" ]; then cp -p "$var/secret_key" "$to/secret_key"; fi

# A fortnight of databases; objects are kept once each.
ls -1 "$to/databases" | sort -r | tail -n +15 | while read -r old; do rm -f -- "$to/databases/$old"; done
echo "Saved $name in $to"
