#!/usr/bin/env python
"""Every command, on the embedded database: joined when it runs, else started for the command's duration."""

import os
import sys

WITHOUT_DATABASE = {"verify_package", "house", "draw_tables", "collectstatic", "help", "--help", "version", "--version"}


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "changning_egov.settings")
    try:
        from django.core.management import execute_from_command_line
    except ImportError:
        sys.exit("Django is not installed here. Run `make setup` first, then .venv/bin/python manage.py …")
    from changning_egov import databases, embedded_pg
    from units import outage

    try:
        if len(sys.argv) > 1 and sys.argv[1] not in WITHOUT_DATABASE:
            databases.ready(fast=sys.argv[1] == "test")
    except embedded_pg.NoPostgres as error:
        sys.exit(str(error))
    try:
        execute_from_command_line(sys.argv)
    except outage.FAULTS as error:
        if "--traceback" in sys.argv or not outage.is_database_gone(error):
            raise
        cause = str(error).strip().rstrip(".")
        sys.exit(f"The database server went away: {cause}. What was not committed is not done. Run the command again.")


if __name__ == "__main__":
    main()
