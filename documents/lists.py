"""已办 在办 办结: each one queryset that list and counter share; 待办 is units.models.Task's own."""

from django.db.models import Exists, OuterRef, Q

from units.access import standing
from units.models import Task

from .models import Document
from .rules import takes_part
from .states import State


def handled_by(user):
    """已办: the person finished a task on it and it is still under way; read from an index of what is open."""
    done = Task.objects.filter(done_by=user, subject_ended=False, subject_uid=OuterRef("uid"))
    return Document.objects.filter(Exists(done)).open()


def led_by_units_of(user):
    """在办: open documents of the person's units that he may see."""
    return Document.objects.filter(unit__in=standing(user).unit_ids).open().allowing("view", user)


def completed_with(user):
    """办结: completed ones that the person, or a post he holds, took part in."""
    return Document.objects.filter(Q(takes_part(user)), state=State.COMPLETED)
