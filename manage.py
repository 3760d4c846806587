#!/usr/bin/env python
"""Django's command line for this project."""

import os
import sys

# They make tables, so they work as the owner of the tables (DATABASE_OWNER_URL), where that is a role of its own.
AS_OWNER = {"migrate", "restore"}


def main() -> None:
    if AS_OWNER.intersection(sys.argv[1:2]):
        os.environ["AS_DATABASE_OWNER"] = "1"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from django.core.management import execute_from_command_line

    try:
        execute_from_command_line(sys.argv)
    except Exception as error:
        from config.failures import in_words

        told = None if "--traceback" in sys.argv else in_words(error)
        if told is None:
            raise
        sys.exit(told)


if __name__ == "__main__":
    main()
