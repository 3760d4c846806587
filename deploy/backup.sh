#!/bin/sh
# A dated backup set in FOLDER; the latest KEEP sets stay (14 unless told). For slz-backup.timer or cron.
#   deploy/backup.sh FOLDER [KEEP]
# When the backup fails, or finds that something was already damaged, no older set is deleted.
set -eu
folder=$1
keep=${2:-14}
cd "$(dirname "$0")/.."

# What a killed backup left; a running one is younger.
find "$folder" -maxdepth 1 -name '*.partial' -mmin +720 -exec rm -rf {} +
"${PYTHON:-.venv/bin/python}" manage.py backup "$folder/$(date -u +%Y-%m-%dT%H%M%SZ)"
find "$folder" -maxdepth 1 -type d -name '????-??-??T??????Z' | sort | head -n "-$keep" | xargs -r rm -rf
