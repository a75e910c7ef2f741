#!/usr/bin/env bash
# A backup of a store, whole and proved: nothing is written into the store while it is copied, and the copy is verified.
#   deploy/backup.sh STORE FOLDER
# It makes FOLDER/tesat-NUMBER-HASH.tar and beside it .head, the head of the ledger; with TESAT_PG_DATABASE also the
# runs as .pgdump. The key of the rounding is NOT in it: keep its copy encrypted, and apart from this folder.
set -euo pipefail
[ $# = 2 ] || { sed -n '2,5p' "$0" | cut -c3- >&2; exit 2; }
store=$(realpath "$1"); folder=$2; tesat=${TESAT:-$(dirname "$0")/../.venv/bin/tesat}
[ -f "$store/ledger.jsonl" ] || { echo "$store is no store: it has no ledger.jsonl." >&2; exit 2; }
mkdir -p "$folder"
partial=$(mktemp -d "$folder/.backup.XXXXXX")
trap 'rm -rf "$partial"' EXIT
flock "$store/ledger.lock" tar --create --file "$partial/store.tar" --directory "$store" --sort=name \
  --exclude=./work --exclude=./dagster_home --exclude=./rounding.key --exclude='./incoming.*' .
mkdir "$partial/read"
tar --extract --file "$partial/store.tar" --directory "$partial/read"
said=$("$tesat" verify "$partial/read") || { echo "$said" >&2; echo "The store is not as its ledger says; no backup was made." >&2; exit 1; }
head=$(sed -n 's/^Head: //p' <<<"$said")
name=tesat-${head%%:*}-$(cut -c1-12 <<<"${head##*:}")
if [ -n "${TESAT_PG_DATABASE:-}" ]; then
  PGPASSWORD=${TESAT_PG_PASSWORD:-} pg_dump -Fc -h "$TESAT_PG_HOST" -p "$TESAT_PG_PORT" -U "$TESAT_PG_USER" \
    -f "$partial/runs" "$TESAT_PG_DATABASE"
  mv "$partial/runs" "$folder/$name.pgdump"
fi
echo "$head" >"$partial/head"
sync "$partial/store.tar" "$partial/head"
mv "$partial/head" "$folder/$name.head"
mv "$partial/store.tar" "$folder/$name.tar"
echo "$folder/$name.tar"
