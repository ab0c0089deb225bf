#!/bin/sh
# Puts a copy of backup.sh back, into an EMPTY database, an empty bucket or folder; then builds the index.
#   deploy/restore.sh /var/backups/hoclieu [NAME]      with the settings in the environment, while nothing runs
# NAME is that of a file in databases/; without it the newest.
set -eu
umask 077
code=$(cd "$(dirname "$0")/.." && pwd)
var=${HOCLIEU_VAR:-$code/var}
from=${1:?"usage: restore.sh FOLDER [NAME]"}
name=${2:-$(ls -1 "$from/databases" | grep -E '\.(dump|sqlite3)$' | sort | tail -n 1)}
file=$from/databases/$name
[ -f "$file" ] || { echo "There is no $file" >&2; exit 2; }

# Database and bucket are looked at before either is touched.
if [ -n "${HOCLIEU_DATABASE_URL:-}" ]; then
  tables=$(psql --no-psqlrc --tuples-only --no-align --command \
    "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'" "$HOCLIEU_DATABASE_URL") \
    || { echo "The database cannot be asked; start it, make it, or correct HOCLIEU_DATABASE_URL." >&2; exit 2; }
  [ "$tables" = 0 ] || { echo "The database is not empty; make a new one, or drop this one first." >&2; exit 2; }
else
  [ ! -e "$var/hoclieu.sqlite3" ] || { echo "There is a database in $var; move it away first." >&2; exit 2; }
fi
if [ -n "${HOCLIEU_S3_ENDPOINT:-}" ]; then
  "$code/.venv/bin/python" "$code/deploy/objects.py" check || exit 2
fi

mkdir -p "$var"
if [ -n "${HOCLIEU_DATABASE_URL:-}" ]; then
  pg_restore --no-owner --exit-on-error --single-transaction --dbname="$HOCLIEU_DATABASE_URL" "$file"
else
  cp "$file" "$var/hoclieu.sqlite3"
fi
if [ -n "${HOCLIEU_S3_ENDPOINT:-}" ]; then
  "$code/.venv/bin/python" "$code/deploy/objects.py" load "$from/objects"
else
  cp -a "$from/objects/." "$var/"
fi
if [ -f "$from/secret_key" ] && [ ! -e "$var/secret_key" ]; then cp -p "$from/secret_key" "$var/secret_key"; fi

cd "$code"
.venv/bin/python manage.py migrate --noinput --verbosity 0
.venv/bin/python manage.py search_rebuild
if [ -n "${HOCLIEU_S3_PUBLIC_ENDPOINT:-}" ]; then
  .venv/bin/python manage.py s3_cors || echo "The bucket has no rule for uploads yet: manage.py s3_cors" >&2
fi
echo "Restored $name from $from"
