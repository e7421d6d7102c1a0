"""监销人: who may supervise a destruction, said on the page and asked by a task of his own (practice 1).

Neither who approved the 销毁清册 nor who destroys watches over it: approving, doing and witnessing are three persons' acts.
"""

from django.db.models import Q

from units.fitting import FITTING, Fit, holding
from units.models import Appointment, Task, User
from units.tasks import close_tasks, open_task

from ..models import Appraisal
from ..states import AppraisalState

SUPERVISE = "supervise_disposal"  # kind of the task of somebody who may sign as 监销人
FITTING[SUPERVISE] = Fit(deputies=frozenset())  # he watches himself
NAMED, NEEDED = 12, 2


def approver_bars(appraisal: Appraisal, person) -> str:
    """The one who approved is not his own witness."""
    return "您是销毁的批准人，批准人不能监销，请由另外两人监销。" if person.pk == appraisal.approved_by_id else ""


def eligible(appraisal: Appraisal) -> list[User]:
    """Who consults the unit's records, and the group's members, but not the approver; who destroys comes last."""
    standing = Appointment.objects.active().filter(post__unit=appraisal.unit_id)
    reading = standing.filter(post__kind__in=holding("view_records"))
    group = appraisal.group.filter(excused_at=None).values("person")
    posts = Q(appointments__in=reading) | Q(appointments__in=standing, pk__in=group)
    rows = User.objects.filter(posts, is_active=True).exclude(pk=appraisal.approved_by_id).distinct()
    operators = _operators(appraisal)
    return sorted(rows.order_by("name", "username"), key=lambda one: one.pk in operators)


def _operators(appraisal: Appraisal) -> set[int]:
    held = Appointment.objects.active().filter(
        post__unit=appraisal.unit_id, post__kind__in=holding("arrange_records"), user__is_active=True
    )
    return set(held.values_list("user_id", flat=True))


def told(appraisal: Appraisal) -> str:
    """可监销的人员, in a sentence beside the button; "" once it is over."""
    if appraisal.state != AppraisalState.NOTED:
        return ""
    people = eligible(appraisal)
    if not people:
        return "本单位没有可以监销的人员：批准人不能监销，请先任命查阅档案的人员或增加鉴定小组成员。"
    names = "、".join(one.name for one in people[:NAMED])
    return f"可监销：{names}{'等' if len(people) > NAMED else ''}；批准人和执行销毁的档案员不能监销。"


def ask(appraisal: Appraisal) -> None:
    """The group's members who may supervise have it waiting; where they are fewer than two, everybody who may."""
    people, group = (
        eligible(appraisal),
        set(appraisal.group.filter(excused_at=None).values_list("person_id", flat=True)),
    )
    operators = _operators(appraisal)
    chosen = [one for one in people if one.pk in group and one.pk not in operators]
    if len(chosen) < NEEDED:
        chosen = [one for one in people if one.pk not in operators] or people
    asked = set(Task.objects.of(appraisal).open().filter(kind=SUPERVISE).values_list("assignee_id", flat=True))
    for person in chosen:
        if person.pk not in asked:
            open_task(SUPERVISE, "监销签字", appraisal, unit=appraisal.unit, person=person)


def has_signed(appraisal: Appraisal, by, *, signed: int) -> None:
    """His own is done; with two signatures nobody else is asked any more."""
    rows = Task.objects.of(appraisal).open().filter(kind=SUPERVISE)
    close_tasks(appraisal, by=by, only=list(rows.filter(assignee=by.pk).values_list("pk", flat=True)))
    if signed >= NEEDED:
        close_tasks(appraisal, by=by, kinds=(SUPERVISE,), outcome="dropped")
