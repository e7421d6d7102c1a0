"""What the commands on one record have in common."""

from uuid import UUID

from django.core.management.base import CommandError

from archive.models import Record


def named(uid: str) -> Record:
    """The record of an identifier typed in; CommandError with a sentence when there is none."""
    try:
        key = UUID(uid)
    except ValueError as error:
        raise CommandError(f"“{uid}”不是电子文件号，应是 36 位的 UUID。") from error
    found = (
        Record.objects.unguarded("the command's user has the database")
        .select_related("unit", "custodian", "fonds", "document")
        .filter(uid=key)
        .first()
    )
    if found is None:
        raise CommandError(f"没有电子文件号为“{uid}”的档案。")
    return found
