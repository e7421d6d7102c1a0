"""待办 待阅 待发 已办 已阅 在办 办结 逾期: each one queryset that list and counter share, and how a filter narrows them."""

from collections import Counter
from datetime import datetime, time, timedelta

from django.db import models
from django.db.models import Exists, OuterRef, Q, Subquery
from django.utils import timezone

from units import context
from units.access import standing, units_with
from units.calendar import end_of_working_days
from units.keys import is_one_of
from units.matching import holds
from units.models import Task
from units.paging import CountOf, CountOfKinds, CountOfParts, CountOfWays, capped_number
from units.prepared import lasting, minute
from units.roles import PostKind
from units.rules import ways_of_tasks

from .models import Document, Urging
from .rules import ways_of_part
from .states import ENDED, Direction, State, StepKind

CAP = 1000
BY_ENTRY = ("-pk",)  # the order of the indexes of participants
BY_ARRIVAL = ("-opened_at", "-pk")
BY_END = ("-closed_at", "-pk")
TO_READ, TO_SEND = (StepKind.READ,), (StepKind.DRAFT,)
TASKS, DONE = "tasks", "done"


class Limit(models.TextChoices):
    """What a list is narrowed to by its limits; it is then sorted by them, the most pressing first."""

    OVERDUE = "overdue", "已逾期"
    TODAY = "today", "今日到期"
    SOON = "soon", "3个工作日内到期"
    ANY = "any", "有时限的"


class Receipt(models.TextChoices):
    """How far what was issued has been signed for."""

    UNSIGNED = "unsigned", "未全部签收"


def to_do(user) -> tuple:
    """待办: open items of the person and his posts, with the ways to them; what is to be read or to be sent is apart."""
    return Task.objects.open().exclude(kind__in=(*TO_READ, *TO_SEND)), ways_of_tasks(user)


def to_read(user) -> tuple:
    """待阅: circulations that the person, or his post, has not finished."""
    return Task.objects.open().filter(kind__in=TO_READ), ways_of_tasks(user)


def to_send(user) -> tuple:
    """待发(草稿): drafts in his hands that were never submitted."""
    return Task.objects.open().filter(kind__in=TO_SEND), ways_of_tasks(user)


def read_by(user):
    """已阅: circulations the person has finished, in units where he still holds a post."""
    return Task.objects.filter(kind__in=TO_READ, done_by=user, outcome="done", unit__in=standing(user).unit_ids)


def open_items(user) -> CountOfKinds:
    """What waits for the person by kind, and how much of that was urged, up to CAP + 1 items."""
    urged = Exists(Urging.objects.filter(task=OuterRef("pk"), kind=Urging.Kind.URGE))
    return CountOfKinds(Task.objects.waiting_for(user).annotate(is_urged=urged), CAP)


def shown_of(found: list) -> dict[str, str]:
    """The counters of 待办, 待阅 and 待发, and how many of each were urged; "12", or "12+" above CAP items."""
    counts, urged = Counter(waiting=0, reading=0, drafts=0), Counter()
    for kind, is_urged, number in found:
        name = "reading" if kind in TO_READ else "drafts" if kind in TO_SEND else "waiting"
        counts[name] += number
        urged[name] += number if is_urged else 0
    more = "+" if counts.total() > CAP else ""
    shown = {name: f"{count:,}{more}" for name, count in counts.items()}
    return shown | {f"{name}_urged": f"{urged[name]:,}{more}" for name in counts}


def task_counts(user) -> dict[str, str]:
    """`shown_of` what waits for the person: exact up to CAP open items in all three together."""
    return shown_of(context.number(TASKS, user))


def handled_by(user):
    """已办: the person, or his deputy for him, finished a task on it and it is still under way."""
    rows = Document.objects.unguarded("who did a task takes part, while he holds a post in the task's unit")
    under_way = Task.objects.filter(unit__in=standing(user).unit_ids, subject_ended=False).values("subject_uid")
    # a union, not an OR: each half is read from an index of its own
    return rows.filter(uid__in=under_way.filter(done_by=user).union(under_way.filter(done_for=user))).open()


def others_done_by(user) -> tuple:
    """已办 of anything but documents (移交, 接收, 开放审核, 鉴定, 利用 …): items that the person, or his deputy for him, has
    finished, in units where he still holds a post, and the ways to them; what has ended meanwhile stays, for nothing
    else lists it."""
    rows = Task.objects.exclude(subject_type=Task.Subject.DOCUMENT).filter(unit__in=standing(user).unit_ids)
    return rows, (Q(done_by=user), Q(done_for=user))


def done_items(user) -> CountOfParts:
    """Both lists of 已办, documents and others."""
    return CountOfParts(CountOf(handled_by(user), CAP), CountOfWays(*others_done_by(user), BY_END, CAP))


def shown_done(found: list[int]) -> dict[str, str]:
    """The counter of 已办 and those of its two tabs, which it is the sum of; "1,000+" above CAP in one of them."""
    more = "+" if max(found) > CAP else ""
    documents, others = (capped_number(count, CAP) for count in found)
    return {"all": f"{sum(min(count, CAP) for count in found):,}{more}", "documents": documents, "others": others}


def done_counts(user) -> dict[str, str]:
    return shown_done(context.number(DONE, user))


def led_by_units_of(user):
    """在办: open documents of the person's units that he may see."""
    return (
        Document.objects.unguarded("a part taken is itself a way of the rule")
        .filter(unit__in=standing(user).unit_ids)
        .open()
        .allowing("view", user)
    )


def overdue_of(user):
    """逾期: open documents of the units whose limits the person watches, with an item past its limit at anybody's."""
    late = Task.objects.open().filter(due_at__lt=minute()).values("subject_uid")
    rows = Document.objects.allowing("view", user).filter(unit__in=units_with("watch_limits", user))
    # gathered first, the keys are met on few pages of their index; a join looked each of them up by itself
    return rows.open().filter(is_one_of("uid", late))


def completed_with(user) -> tuple:
    """办结: what has ended, and the ways in which the person, or a post he holds, took part in it; newest first.

    What was voided, recalled, replaced or sent back stands there too: asked for it later, a clerk can show it came.
    A draft that was deleted is in nobody's sight, whatever part he took in it.
    """
    rows = Document.objects.unguarded("a part taken is itself a way of the rule")
    return rows.filter(state__in=sorted(ENDED), hidden_at=None), ways_of_part(user)


def count_completed_with(user) -> str:
    return lasting("count of completed", user, lambda: CountOfWays(*completed_with(user), BY_ENTRY, CAP)).ask()


def narrowed_tasks(rows, chosen: dict) -> tuple:
    """Items that a filter's `chosen` values leave, and their order; a limit chosen sorts by it."""
    if chosen.get("q"):
        rows = rows.filter(holds("head_n", chosen["q"]))
    if chosen.get("urgency"):
        rows = rows.filter(urgency=chosen["urgency"])
    if about := _about(chosen):
        rows = rows.filter(subject_uid__in=Document.objects.filter(*about).values("uid"))
    rows = rows.filter(*_days(chosen, "opened_at"))
    if not chosen.get("limit"):
        return rows, BY_ARRIVAL
    return rows.filter(*_limits(chosen["limit"], "due_at")), ("due_at", "pk")


def narrowed_done(rows, chosen: dict):
    """Items that are done; a day is that of their end."""
    if chosen.get("q"):
        rows = rows.filter(holds("head_n", chosen["q"]))
    return rows.filter(*_days(chosen, "closed_at"))


def narrowed_documents(rows, chosen: dict, order: tuple) -> tuple:
    if chosen.get("q"):
        rows = rows.filter(holds("words__head_n", chosen["q"]))
    if chosen.get("urgency"):
        rows = rows.filter(urgency=chosen["urgency"])
    rows = rows.filter(*_about(chosen), *_days(chosen, "created_at"))
    if chosen.get("receipt") == Receipt.UNSIGNED:
        rows = rows.filter(_is_unsigned(), direction=Direction.OUTGOING, state=State.DISPATCHED)
    if chosen.get("holder"):
        held = Task.objects.open().filter(_held_by(chosen["holder"]), subject_uid=OuterRef("uid"))
        rows = rows.filter(Exists(held))
    if not chosen.get("limit"):
        return rows, order
    return _by_limit(rows, chosen["limit"]), ("limit_at", "pk")


def _by_limit(rows, limit: str):
    """Those whose first limit falls within `limit`, as `limit_at`.

    They are found from the index of open limits; the first limit is then asked of those few alone, never of all that
    the unit has open.
    """
    of_row = Task.objects.open().filter(subject_uid=OuterRef("uid"), due_at__isnull=False).order_by("due_at")
    within = Task.objects.open().filter(*_limits(limit, "due_at")).values("subject_uid")
    rows = rows.filter(is_one_of("uid", within)).annotate(limit_at=Subquery(of_row.values("due_at")[:1]))
    if limit in (Limit.OVERDUE, Limit.ANY):
        return rows  # a limit of that kind means a first one of that kind
    return rows.filter(*_limits(limit, "limit_at"))


def _is_unsigned() -> Exists:
    """A receiver has it and has not signed for it."""
    rows = Document.objects.unguarded("the issuer sees who has signed for it")
    return Exists(rows.filter(issued=OuterRef("pk"), state=State.DELIVERED))


def _about(chosen: dict) -> list[Q]:
    found = [Q(doc_type=chosen["doc_type"])] if chosen.get("doc_type") else []
    if chosen.get("received_as"):
        found.append(Q(received_as=chosen["received_as"]))
    if chosen.get("unit"):
        found.append(Q(unit=chosen["unit"]) | Q(sender_unit=chosen["unit"]))
    return found


def _held_by(text: str) -> Q:
    kinds = [kind for kind, label in PostKind.choices if text in label]
    return Q(assignee__name__contains=text) | Q(assignee=None, post__kind__in=kinds)


def _days(chosen: dict, column: str) -> list[Q]:
    """Local days, both inclusive."""
    first, last = chosen.get("since"), chosen.get("until")
    found = [Q(**{f"{column}__gte": _midnight(first)})] if first else []
    return found + ([Q(**{f"{column}__lt": _midnight(last + timedelta(days=1))})] if last else [])


def _midnight(day) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _limits(limit: str, column: str) -> list[Q]:
    now = timezone.now()
    if limit == Limit.OVERDUE:
        return [Q(**{f"{column}__lt": now})]
    if limit == Limit.TODAY:
        end = _midnight(timezone.localdate(now) + timedelta(days=1))
        return [Q(**{f"{column}__gte": now, f"{column}__lt": end})]
    if limit == Limit.SOON:
        return [Q(**{f"{column}__gte": now, f"{column}__lte": end_of_working_days(now, 3)})]
    return [Q(**{f"{column}__isnull": False})]
