#!/usr/bin/env bash
# Puts a backup back into a store that does not exist yet, and proves it against the head that was noted.
#   deploy/restore.sh FOLDER/tesat-NUMBER-HASH.tar STORE [rounding.key]
# Without the key that belongs to it a store must not build: a new key rounds otherwise, and two roundings of one year
# give figures away.
set -euo pipefail
[ $# -ge 2 ] || { sed -n '2,5p' "$0" | cut -c3- >&2; exit 2; }
backup=$1; store=$2; key=${3:-}; tesat=${TESAT:-$(dirname "$0")/../.venv/bin/tesat}
[ -f "$backup" ] && [ -f "${backup%.tar}.head" ] || { echo "$backup, or the .head beside it, is missing." >&2; exit 2; }
[ ! -e "$store" ] || { echo "$store exists: move it away first, nothing is overwritten." >&2; exit 2; }
partial="$store.restoring"
rm -rf "$partial"; mkdir -p "$partial"
tar --extract --file "$backup" --directory "$partial"
"$tesat" verify "$partial" --head "$(cat "${backup%.tar}.head")" || { echo "The backup is not whole; $store was not made." >&2; exit 1; }
if [ -n "$key" ]; then install -m 600 "$key" "$partial/rounding.key"
else echo "Put rounding.key back into $store before anything is built." >&2; fi
mv "$partial" "$store"
echo "Restored: $store. Build the edition again; runs come back with pg_restore, if they matter."
