"""What is said to the one whose page is behind the row: who has done what to it since he opened it."""

from typing import Any

from django.utils import timezone

from .models import AuditEvent

NAMED = 3  # acts that the sentence names
SINCE_OPENED, OWN_WINDOW = "在您打开此页后有变动：", "您本人在另一窗口"


def who_changed(row, by) -> str:
    """Who saved `row` last, to the one whose page is behind: his own other window is called so."""
    history: Any = getattr(row, "history", None)
    last = history.first() if history is not None else None
    return OWN_WINDOW if last is not None and last.history_user_id == by.pk else "他人"


def changed_since(row, version: int) -> str:
    """The last acts on `row` after its `version`, with name and time, for the one whose page is behind; "" unknown."""
    said = _acts_since(row, version)
    return f"（{'；'.join(said)}）" if said else ""


def moved_since(row, version: int, by) -> str:
    """The same as a sentence about `row`: who did what since the page was opened, each act by its own word."""
    said = "；".join(_acts_since(row, version, by))
    return f"“{row}”{SINCE_OPENED}{said}。" if said else f"“{row}”已被{who_changed(row, by)}修改，"


def _acts_since(row, version: int, by=None) -> list[str]:
    """From the first act that moved the row on from `version`: what was done beside it before, the page has shown."""
    history: Any = getattr(row, "history", None)
    if history is None:
        return []
    newer = history.filter(version__gt=version).order_by("history_id").values_list("history_date", flat=True).first()
    if newer is None:
        return []
    events = list(AuditEvent.objects.of(row).filter(at__gte=newer).order_by("-pk")[:NAMED])
    return [f"{timezone.localtime(one.at):%m-%d %H:%M} {_called(one, by)}{one.label}" for one in reversed(events)]


def _called(event: AuditEvent, by) -> str:
    return OWN_WINDOW if by is not None and event.actor_id == by.pk else f"{event.actor_name} "


def is_all_own(reason: str) -> bool:
    """Whether the sentence of `moved_since` names nobody but the person himself."""
    said = reason.rpartition(SINCE_OPENED)[2]
    return all(OWN_WINDOW in one for one in said.split("；"))


def saved_at(row, version: int):
    history: Any = getattr(row, "history", None)
    if history is None:
        return None
    return history.filter(version__lte=version).order_by("-history_id").values_list("history_date", flat=True).first()
