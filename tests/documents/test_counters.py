"""Every counter equals its list, whatever was done before (seeded)."""

import random
from datetime import timedelta

import pytest
from django.utils import timezone

from documents import lists
from documents.actions import register_outside
from documents.inputs import CirculateInput, ProposeInput, RegisterInput
from documents.models import Document
from documents.side_acts import SIDE_ACTS
from documents.workflow import workflow_of
from tests.made import draft
from tests.rounds import rounds
from units import context
from units.access import forget_standing
from units.models import Task
from units.workflow import Refused

pytestmark = pytest.mark.django_db
ACTS, EVERY = rounds("COUNTER_ACTS", 150, 1000), 50  # make deep: the thousand
POSTS = ("clerk", "officer", "reviewer", "leader", "seal_keeper")
LISTS = {
    "documents:waiting": (lists.to_do,),
    "documents:reading": (lists.to_read,),
    "documents:drafts": (lists.to_send,),
    "documents:handled": (lists.handled_by, lists.others_done_by),  # its two tabs
    "documents:under_way": (lists.led_by_units_of,),
    "documents:overdue": (lists.overdue_of,),
}
ANSWERS = {  # kind of an open item → what its addressee may do about it; pages are not rendered here, they are slow
    "draft": ("submit",), "redraft": ("submit", "discard"), "check": ("check", "check", "send_back"),
    "approve": ("approve", "send_back"), "number": ("number", "refer_back", "void"),
    "reapprove": ("agree_to_change", "keep_text"), "register": ("register",),
    "propose": ("propose",), "instruct": ("instruct",), "handle": ("handle",), "report": ("report",), "read": ("read",),
}  # fmt: skip
BESIDE = ("circulate", "urge", "recall_circulation")


def given(name: str, chance: random.Random, people, unit: str):
    return {
        "register": RegisterInput(handling_kind=chance.choice(["for_action", "for_reading"])),
        "propose": ProposeInput(lead_officer=people[f"{unit}:officer"]),
        "circulate": CirculateInput(tuple(chance.sample([people[f"{unit}:{post}"] for post in POSTS], 2))),
    }.get(name)


def one_act(chance: random.Random, people) -> bool:
    """An open item is answered by its addressee, or its document circulated, urged, recalled by the clerk."""
    keys = Task.objects.open().filter(kind__in=ANSWERS).order_by("pk").values_list("pk", flat=True)
    task = Task.objects.select_related("post", "unit").get(pk=chance.choice(list(keys)))
    document = Document.objects.unguarded("a test looks").get(uid=task.subject_uid)
    unit, beside = task.unit.code, chance.random() < 0.5
    by = people[f"{unit}:clerk"] if beside else people[f"{unit}:{task.post.kind}"] if task.post else task.assignee
    name = chance.choice(BESIDE if beside else ANSWERS[task.kind])
    table = SIDE_ACTS if beside or name == "read" else workflow_of(document)
    try:
        table.perform(name, document, by=by, note="同意。", given=given(name, chance, people, unit))
    except Refused:
        return False
    if chance.random() < 0.3:
        due = timezone.now() + timedelta(days=chance.choice([-3, 3]))
        Task.objects.of(document).open().update(due_at=due)
    return True


def more(chance: random.Random, people, number: int) -> None:
    """A draft, or a letter from outside, of one of the two units."""
    unit = chance.choice(["D07", "D09"])
    if chance.random() < 0.5:
        draft(people, title=f"关于第{number}件事的通知", unit=unit, to=("D15",))
        return
    clerk = people[f"{unit}:clerk"]
    fields = {"title": f"关于第{number}件事的函", "sender_name": "上海市某机关"}
    register_outside(fields, unit=clerk.appointments.get().post.unit, by=clerk)


def of_list(found) -> set:
    """Keys of everything that stands on the list, read as the list reads it."""
    if isinstance(found, tuple):
        rows, ways = found
        return {key for way in ways for key in rows.filter(way).values_list("pk", flat=True)}
    return set(found.values_list("pk", flat=True))


def unequal(people, unit: str) -> list:
    found = []
    for post in POSTS:
        person = people[f"{unit}:{post}"]
        forget_standing(person)
        for name in ("_counted",):
            person.__dict__.pop(name, None)
        for route, parts in LISTS.items():
            count = context.counted(route, person)
            shown = sum(len(of_list(rows(person))) for rows in parts)
            if str(count) != f"{shown:,}":
                found.append((person.username, route, count, shown))
    return found


def test_counters_equal_their_lists_after_every_fifty_random_acts(people):
    chance, done, tried = random.Random(12), 0, 0
    for number in range(20):
        more(chance, people, number)
    while done < ACTS:
        tried += 1
        assert tried < 5 * ACTS, "nothing moves any more"
        if chance.random() < 0.12:
            more(chance, people, tried + 100)
        if not one_act(chance, people):
            continue
        done += 1
        if done % EVERY == 0:
            assert unequal(people, "D07" if done % (2 * EVERY) else "D09") == [], done
    kinds = set(Task.objects.filter(outcome="done").values_list("kind", flat=True))
    assert kinds >= {"check", "approve", "register", "instruct", "handle", "report", "read"}  # they got about
