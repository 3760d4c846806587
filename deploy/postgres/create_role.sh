#!/bin/sh
# Run once by the image of PostgreSQL, when the volume is empty: the two roles of the service and its database.
# slz_owner owns the tables and is used by `migrate` and `restore` only. The service works as slz, which may read and
# write rows but not change or delete those of the journal: `migrate` gives it its rights (common/kernel/guards.py).
# Neither is a superuser, so whoever breaks into the service cannot read files of the database's machine or run programs
# there. The superuser has no password afterwards: it signs in from inside the container only
# (docker compose exec database psql -U postgres).
set -eu

psql --quiet --no-psqlrc -v ON_ERROR_STOP=1 --username "${POSTGRES_USER:-postgres}" --dbname postgres <<'SQL'
\getenv password POSTGRES_PASSWORD
\getenv owner_password POSTGRES_OWNER_PASSWORD
CREATE ROLE slz_owner LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION PASSWORD :'owner_password';
CREATE ROLE slz LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION PASSWORD :'password';
CREATE DATABASE slz OWNER slz_owner;
REVOKE ALL ON DATABASE slz FROM PUBLIC;
GRANT CONNECT, TEMPORARY ON DATABASE slz TO slz;
REVOKE ALL ON DATABASE postgres FROM PUBLIC;
ALTER ROLE CURRENT_USER PASSWORD NULL;
SQL
