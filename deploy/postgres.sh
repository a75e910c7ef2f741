#!/usr/bin/env bash
# Debian's Postgres for the run storage: installs it where it is missing, and makes the database and its role.
#   deploy/postgres.sh                  on a server: the cluster that Debian runs, role and database `tesat`
#   deploy/postgres.sh proof FOLDER     a cluster of its own in a folder, on a free port; prints the settings
set -euo pipefail

programs() { ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1; }
if [ -z "$(programs)" ]; then
  [ "$(id -u)" = 0 ] || { echo "Install Postgres first, for example: sudo apt-get install postgresql" >&2; exit 2; }
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq && apt-get install -y -qq --no-install-recommends postgresql >/dev/null
fi
bin=$(programs)

if [ "${1:-}" = proof ]; then
  folder=$2; port=${3:-54329}
  mkdir -p "$folder"
  run=()
  if [ "$(id -u)" = 0 ]; then chown postgres "$folder"; run=(setpriv --reuid=postgres --regid=postgres --clear-groups); fi
  cd "$folder"
  "${run[@]}" "$bin/initdb" -D "$folder/data" -U tesat --auth=trust --no-sync >/dev/null
  "${run[@]}" "$bin/pg_ctl" -D "$folder/data" -w -l "$folder/log" \
    -o "-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories=$folder" start >/dev/null
  "$bin/createdb" -h 127.0.0.1 -p "$port" -U tesat tesat
  printf 'TESAT_PG_HOST=127.0.0.1\nTESAT_PG_PORT=%s\nTESAT_PG_USER=tesat\nTESAT_PG_PASSWORD=\nTESAT_PG_DATABASE=tesat\n' "$port"
  exit 0
fi

[ -r /etc/tesat/environment ] || { echo "Write /etc/tesat/environment first: deploy/environment is its form." >&2; exit 2; }
set -a; . /etc/tesat/environment; set +a
as_postgres() { setpriv --reuid=postgres --regid=postgres --clear-groups "$@"; }
as_postgres psql -q -v ON_ERROR_STOP=1 -v name="$TESAT_PG_USER" -v secret="$TESAT_PG_PASSWORD" <<'SQL'
select format('create role %I login', :'name') where not exists (select from pg_roles where rolname = :'name') \gexec
select format('alter role %I password %L', :'name', :'secret') \gexec
select format('create database tesat owner %I', :'name') where not exists (select from pg_database where datname = 'tesat') \gexec
SQL
echo "Database tesat is ready. Copy deploy/dagster.postgres.yaml to \$DAGSTER_HOME/dagster.yaml."
