#!/bin/sh
# A command of the service where systemd runs it, as root:   deploy/manage.sh COMMAND …   (docs/operations.md)
# It runs as the user of the service with the variables of /etc/slz.env; `migrate` and `restore` also know the owner of
# the tables (/etc/slz-owner.env), `seal` and `rotate_signing_key` run as the sealer. Names of files are absolute, and
# that user must be able to read them. The exit code is the command's.
set -eu
project=$(cd "$(dirname "$0")/.." && pwd)
if [ "$(id -u)" != 0 ]; then
	echo "deploy/manage.sh reads /etc/slz.env, which only root may: run it with sudo." >&2
	exit 1
fi
for file in /etc/slz.env "$project/.venv/bin/python"; do
	if [ ! -e "$file" ]; then
		echo "$file is missing: docs/operations.md, \"Install\", says how it is made." >&2
		exit 1
	fi
done
user=slz
owner=
key=
case ${1:-} in
migrate | restore) owner=--property=EnvironmentFile=-/etc/slz-owner.env ;;
seal | rotate_signing_key)
	user=slz-sealer
	key=--setenv=SIGNING_KEY_FILE=/etc/slz-sealer/signing_key.pem
	;;
esac
# A terminal where there is one (passwords are typed), else pipes (cron, files).
exec systemd-run --quiet --collect --wait --pty --pipe --uid="$user" --working-directory="$project" \
	--property=UMask=0077 --property=EnvironmentFile=/etc/slz.env ${owner:+"$owner"} ${key:+"$key"} \
	"$project/.venv/bin/python" manage.py "$@"
