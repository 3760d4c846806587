#!/bin/sh
# Run once by the image of PostgreSQL, when the volume is empty: the role of the service and its database.
# The service is no superuser, so whoever breaks into it cannot read files of the database's machine or run programs
# there. The superuser has no password afterwards: it signs in from inside the container only
# (docker compose exec database psql -U postgres).
set -eu

psql --quiet --no-psqlrc -v ON_ERROR_STOP=1 --username "${POSTGRES_USER:-postgres}" --dbname postgres <<'SQL'
\getenv password POSTGRES_PASSWORD
CREATE ROLE slz LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION PASSWORD :'password';
CREATE DATABASE slz OWNER slz;
REVOKE ALL ON DATABASE postgres FROM PUBLIC;
ALTER ROLE CURRENT_USER PASSWORD NULL;
SQL
