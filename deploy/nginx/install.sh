#!/bin/sh
# Writes nginx's configuration with the host names of the settings; again after every upgrade:
#   deploy/nginx/install.sh /etc/hoclieu/hoclieu.env      or without a file, names from the environment
# /etc/nginx/hoclieu/upstreams.conf is the installation's own and stays as it is once it is there.
# Other folders than those below: NGINX=… and TLS=…
set -eu
from=$(cd "$(dirname "$0")" && pwd)
to=${NGINX:-/etc/nginx}
tls=${TLS:-/etc/ssl/hoclieu}
file=${1:-}

setting() { # the value of HOCLIEU_<name>, from the file where one is given
  if [ -n "$file" ]; then sed -n "s/^HOCLIEU_$1=//p" "$file" | tail -n 1 | tr -d "\"'\r"; else printenv "HOCLIEU_$1" || true; fi
}
host() { # the host of that address, "" where it is not set
  name=$(setting "$1" | sed -e 's,^https://,,' -e 's,/*$,,' -e 's,:[0-9]*$,,')
  case $name in *[!A-Za-z0-9.-]*) echo "HOCLIEU_$1 is not of the form https://host" >&2; exit 2 ;; esac
  echo "$name"
}
[ -z "$file" ] || [ -r "$file" ] || { echo "There is no $file" >&2; exit 2; }
site=$(host SITE_URL)
content=$(host CONTENT_URL)
storage=$(host S3_PUBLIC_ENDPOINT)
[ -n "$site" ] && [ -n "$content" ] || { echo "HOCLIEU_SITE_URL and HOCLIEU_CONTENT_URL must be set." >&2; exit 2; }

filled() { # a file of ours with these names and folders; the order matters, for one name is part of the other
  sed -e "s,hoclieu-noidung\.example\.vn,$content,g" -e "s,hoclieu\.example\.vn,$site,g" \
    -e "s, *kho\.example\.vn,${storage:+ $storage},g" -e "s,/etc/nginx/hoclieu/,$to/hoclieu/,g" \
    -e "s,/etc/ssl/hoclieu/,$tls/,g" "$1"
}
mkdir -p "$to/hoclieu/pages" "$to/conf.d"
for path in "$from"/hoclieu/*.conf; do
  name=$(basename "$path")
  [ "$name" = upstreams.conf ] && [ -e "$to/hoclieu/upstreams.conf" ] || filled "$path" > "$to/hoclieu/$name"
done
cp "$from"/hoclieu/pages/* "$to/hoclieu/pages/"
filled "$from/hoclieu.conf" > "$to/conf.d/hoclieu.conf"
echo "Site $site, content $content"
# A storage with an address of its own needs nothing of this nginx: who wants it here puts a certificate here.
if [ -n "$storage" ] && [ -e "$tls/storage.pem" ]; then
  grep -q "^upstream hoclieu_storage " "$to/hoclieu/upstreams.conf" || {
    echo "$to/hoclieu/upstreams.conf must name hoclieu_storage, as $from/hoclieu/upstreams.conf does." >&2; exit 2
  }
  filled "$from/storage.conf" > "$to/conf.d/hoclieu-storage.conf"
  echo "Storage $storage"
else
  rm -f "$to/conf.d/hoclieu-storage.conf"
  if [ -n "$storage" ]; then echo "Storage $storage is not answered here: there is no $tls/storage.pem"; fi
fi
