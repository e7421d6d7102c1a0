"""待阅: items that only have to be read, and 阅毕, whatever they are about."""

from django.db import transaction

from .models import Task
from .rules import own_tasks
from .tasks import close_tasks
from .workflow import Refused

READ = "read"  # kind of such an item


def to_read(subject, user):
    """The person's open items about the subject that only have to be read."""
    return Task.objects.of(subject).open().filter(own_tasks(user), kind=READ)


@transaction.atomic
def read(subject, *, by, what: str) -> None:
    """阅毕; `what` is what there was to read, as the refusal names it."""
    keys = list(to_read(subject, by).values_list("pk", flat=True))
    if not keys:
        raise Refused(f"没有待您阅看的{what}，或者已经阅毕。")
    close_tasks(subject, by=by, only=keys)
