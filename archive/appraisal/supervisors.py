"""监销人: who may supervise a destruction, offered when two are named, and asked by a task of his own (practice 1).

Neither who approved the 销毁清册 nor who destroys watches over it: approving, doing and witnessing are three persons' acts.
"""

from django.db.models import Q

from units.fitting import FITTING, Fit, holding
from units.models import Appointment, Task, User
from units.successors import staffed
from units.tasks import close_tasks, open_task

from ..models import Appraisal

SUPERVISE = "supervise_disposal"  # kind of the task of somebody who may sign as 监销人
FITTING[SUPERVISE] = Fit(deputies=frozenset())  # he watches himself


def approver_bars(appraisal: Appraisal, person) -> str:
    """The one who approved is not his own witness."""
    return "您是销毁的批准人，批准人不能监销，请由另外两人监销。" if person.pk == appraisal.approved_by_id else ""


def eligible(appraisal: Appraisal) -> list[User]:
    """Who consults the unit's records, and the group's members, but not the approver nor the only one who destroys.

    Of two who may destroy either may watch; they come last.
    """
    standing = Appointment.objects.active().filter(post__unit=staffed(appraisal.unit))
    reading = standing.filter(post__kind__in=holding("view_records"))
    group = appraisal.group.filter(excused_at=None).values("person")
    posts = Q(appointments__in=reading) | Q(appointments__in=standing, pk__in=group)
    rows = User.objects.filter(posts, is_active=True).exclude(pk=appraisal.approved_by_id).distinct()
    held = operators(appraisal)
    offered = [one for one in rows.order_by("name", "username") if held != {one.pk}]
    return sorted(offered, key=lambda one: one.pk in held)


def operators(appraisal: Appraisal) -> set[int]:
    """Keys of those who may carry the destruction out."""
    held = Appointment.objects.active().filter(
        post__unit=staffed(appraisal.unit), post__kind__in=holding("arrange_records"), user__is_active=True
    )
    return set(held.values_list("user_id", flat=True))


def posts_in(unit) -> dict[int, str]:
    """Key of a person → his posts in the unit as of today, "档案员、承办人"."""
    held = (
        Appointment.objects.active()
        .filter(post__unit=staffed(unit))
        .select_related("post")
        .order_by("post__kind", "pk")
    )
    found: dict[int, list[str]] = {}
    for one in held:
        found.setdefault(one.user_id, []).append(one.post.get_kind_display())
    return {key: "、".join(dict.fromkeys(names)) for key, names in found.items()}


def witnesses_of(appraisal: Appraisal) -> list[User]:
    """The two that are named; none before 安排监销."""
    return [one for one in (appraisal.first_witness, appraisal.second_witness) if one is not None]


def witness_names(appraisal: Appraisal) -> str:
    return "、".join(one.name for one in witnesses_of(appraisal))


def ask(appraisal: Appraisal, signed: set[int]) -> None:
    """Each of the two who has not signed has it waiting, once."""
    asked = set(Task.objects.of(appraisal).open().filter(kind=SUPERVISE).values_list("assignee_id", flat=True))
    for person in witnesses_of(appraisal):
        if person.pk not in asked | signed:
            open_task(SUPERVISE, "监销签字", appraisal, unit=appraisal.unit, person=person)


def has_signed(appraisal: Appraisal, by) -> None:
    """His own is done."""
    rows = Task.objects.of(appraisal).open().filter(kind=SUPERVISE, assignee=by.pk)
    close_tasks(appraisal, by=by, only=list(rows.values_list("pk", flat=True)))
