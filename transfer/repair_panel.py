"""On a list that is put together: what fits and was sent back, and is therefore not in it."""

from units.panels import Page

from . import actions
from .states import State


def left_out(page: Page) -> dict | None:
    batch = page.obj
    if batch.state != State.DRAFT:
        return None
    count = actions.left_in_repair(batch.unit, page.user, plan=batch.plan).order_by().count()
    return {"in_repair": count} if count else None
