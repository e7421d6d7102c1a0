"""已办 在办 办结: each one queryset that list and counter share; 待办 is units.models.Task's own."""

from units.access import standing
from units.models import Task
from units.paging import capped_of_ways

from .models import Document
from .rules import ways_of_part
from .states import State

CAP = 1000
BY_ENTRY = ("-pk",)  # the order of the indexes of participants


def handled_by(user):
    """已办: the person, or his deputy for him, finished a task on it and it is still under way."""
    rows = Document.objects.unguarded("who did a task takes part, while he holds a post in the task's unit")
    under_way = Task.objects.filter(unit__in=standing(user).unit_ids, subject_ended=False).values("subject_uid")
    # a union, not an OR: each half is read from an index of its own
    return rows.filter(uid__in=under_way.filter(done_by=user).union(under_way.filter(done_for=user))).open()


def led_by_units_of(user):
    """在办: open documents of the person's units that he may see."""
    return (
        Document.objects.unguarded("a part taken is itself a way of the rule")
        .filter(unit__in=standing(user).unit_ids)
        .open()
        .allowing("view", user)
    )


def completed_with(user) -> tuple:
    """办结: completed ones, and the ways in which the person, or a post he holds, took part in them; newest first."""
    return Document.objects.unguarded("a part taken is itself a way of the rule").filter(
        state=State.COMPLETED
    ), ways_of_part(user)


def count_completed_with(user) -> str:
    rows, ways = completed_with(user)
    return capped_of_ways(rows, ways, BY_ENTRY, CAP)
