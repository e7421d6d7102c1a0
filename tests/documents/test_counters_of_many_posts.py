"""Every number equals the rows behind it, as a person sees them: with a deputy, two posts in two units, two posts lent
by one principal, 更正件, what was recalled, returned or withdrawn (seeded).
"""

import random
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from documents import search
from documents.models import Document
from documents.reply_inputs import SuperviseInput
from documents.side_acts import SIDE_ACTS
from documents.workflow import workflow_of
from tests.documents.exchanged import at, recall
from tests.documents.test_corrections import begun, sent_again
from tests.documents.test_counters import more, one_act
from tests.made import brought_to, registered, take
from tests.rounds import rounds
from tests.transfer.stock import browser
from units.access import forget_standing
from units.actions import system_user
from units.delegations import delegate
from units.models import Post, Task
from units.people import appoint
from units.workflow import Refused

pytestmark = pytest.mark.django_db
ACTS, EVERY = rounds("POST_ACTS", 30, 600), 30
LISTS = ("waiting", "reading", "drafts", "handled", "under_way", "overdue", "completed", "supervised", "leaders_words")
WORD = "关于"  # in every title


@pytest.fixture
def posts(people):
    """D07's reviewer also reviews in D09; its leader also reviews, and lends both posts to the officer."""
    today, by = timezone.localdate(), system_user()
    held = {name: Post.objects.get(unit__code=name[:3], kind=name[4:]) for name in ("D09:reviewer", "D07:reviewer")}
    appoint(people["D07:reviewer"], held["D09:reviewer"], by=by)
    chief = people["D07:leader"]
    appoint(chief, held["D07:reviewer"], by=by)
    forget_standing(chief)
    for post in (chief.appointments.get(post__kind="leader").post, held["D07:reviewer"]):
        delegate(chief, people["D07:officer"], post, by=chief, starts_on=today, ends_on=today, reason="出差")
    who = ("D07:officer", "D07:leader", "D07:clerk", "D07:reviewer", "D09:clerk", "D09:leader", "D09:reviewer")
    for name in who:
        forget_standing(people[name])
    return [people[name] for name in who]


def begin(people) -> None:
    """What the random acts do not come to: sent, recalled, returned, corrected, supervised."""
    for number in range(2):
        sent = brought_to("dispatch", people, to=("D09", "D15"), title=f"关于第{number}件已发事项的通知")
        begun(sent, people) if number else sent_again(sent, people)
    recalled = brought_to("dispatch", people, to=("D09", "D15"), title="关于收回事项的通知")
    recall(recalled, people, at(recalled, "D09"))
    returned = brought_to("dispatch", people, to=("D09", "D15"), title="关于退文事项的通知")
    take(at(returned, "D09"), "return_to_sender", people["D09:clerk"], note="不属本单位职责。")
    letter = registered(people, title="关于督办事项的通知", kind="for_action")
    given = SuperviseInput(timezone.now() + timedelta(days=3))
    SIDE_ACTS.perform("supervise", letter, by=people["D09:clerk"], note="请按时反馈。", given=given)


def by_the_deputy(chance: random.Random, people) -> None:
    """What waits at the leader's post is signed or sent back by who stands in for him, where he may."""
    rows = Task.objects.open().filter(unit__code="D07", post__kind="leader", kind="approve").order_by("pk")
    task = chance.choice(list(rows)) if rows else None
    if task is None:
        return
    document = Document.objects.unguarded("a test looks").get(uid=task.subject_uid)
    try:
        step = chance.choice(["approve", "send_back"])
        workflow_of(document).perform(step, document, by=people["D07:officer"], note="请再斟酌。")
    except Refused:
        pass


def withdrawn(chance: random.Random, people) -> None:
    """A draft that was sent for review comes back to its drafter."""
    rows = Document.objects.unguarded("a test looks").filter(state="in_review").order_by("pk")
    document = chance.choice(list(rows)) if rows else None
    try:
        if document is not None:
            workflow_of(document).perform("withdraw", document, by=document.drafted_by, note="需要修改。")
    except Refused:
        pass


def all_rows(client, address: str) -> tuple[str, list[int]]:
    """What the list says there is, and the keys on all of its pages."""
    answer, keys, label = client.get(address), [], None
    while True:
        assert answer.status_code == 200, address
        page = answer.context["page"]
        label = page.count_label if label is None else label
        keys += [one.pk for one in page]
        if not page.next_url:
            return label, keys
        answer = client.get(address.partition("?")[0] + page.next_url)


def differing(person) -> list:
    client, found = browser(person), []
    for name in LISTS:
        address = reverse(f"documents:{name}")
        if client.get(address).status_code in (403, 404):
            continue
        label, keys = all_rows(client, address)
        if label != str(len(keys)) or len(set(keys)) != len(keys):
            found.append((person.username, name, label, len(keys), len(set(keys))))
    return found + _of_the_desk(person, client) + _of_search(person)


def _of_the_desk(person, client) -> list:
    address = reverse("documents:leader")
    answer = client.get(address)
    parts = answer.context["parts"] if answer.status_code == 200 else []
    found = []
    for one in parts:
        _, keys = all_rows(client, f"{address}?part={one['part'].name}")
        if one["count"] != len(keys) or len(set(keys)) != len(keys):
            found.append((person.username, "desk", one["part"].name, one["count"], len(keys)))
    return found


def _of_search(person) -> list:
    keys = list(search.in_progress(person, WORD).values_list("pk", flat=True))
    count = search.count_in_progress(person, WORD, 10_000)
    return [] if count == len(keys) == len(set(keys)) else [(person.username, "search", count, len(keys))]


def test_numbers_equal_rows_for_deputies_and_for_two_posts(people, posts):
    chance, done = random.Random(7), 0
    begin(people)
    for number in range(8):
        more(chance, people, number)
    assert [one for person in posts for one in differing(person)] == []
    while done < ACTS:
        if chance.random() < 0.1:
            more(chance, people, 100 + done)
        if chance.random() < 0.1:
            withdrawn(chance, people)
        if chance.random() < 0.1:
            by_the_deputy(chance, people)
        one_act(chance, people)
        done += 1
        if done % EVERY == 0:
            assert [one for person in posts for one in differing(person)] == [], done
    assert Task.objects.filter(outcome="done").count() > ACTS // 4  # they got about
