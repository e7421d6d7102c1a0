"""The practice accounts on the sign-in page of a demo: who tries the district by screen alone sees how to come in."""

from django.conf import settings

from units import context

from . import cast


def practice() -> dict | None:
    """`password` and rows of the pilot units' accounts; None in production, and where no demo was made."""
    if settings.EGOV_ENV != "demo":
        return None
    rows = cast.accounts()
    return {"password": cast.PASSWORD, "accounts": rows} if rows else None


context.PRACTICE.append(practice)
