"""Search: the parts it asks for one after the other are the visibility rule, without a row missing or doubled."""

from datetime import date, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from archive.backfile.importing import run
from archive.models import Record, RecordGrant, RecordText
from archive.search import Narrow, all_ids, hits, search
from documents.models import Document, Participant
from tests.archive.test_backfile import catalogue, text
from tests.scenarios.owner import unwatched
from units.access import forget_standing
from units.actions import system_user
from units.models import Post
from units.people import appoint

pytestmark = pytest.mark.django_db


@pytest.fixture
def filed(units, people, tmp_path):
    """Three records each in D07, D09 and D15, which all contain 电子文件."""
    for code in ("D07", "D09", "D15"):
        folder = tmp_path / code
        folder.mkdir()
        lines = [
            {"title": f"{code}第{n}件", "date": f"200{n}0301", "file": text(folder, f"{n}.txt", f"{code}电子文件{n}")}
            for n in range(1, 4)
        ]
        assert run(catalogue(folder, lines), units[code], by=people[f"{code}:archivist"]).filed == 3
    return {
        code: list(Record.objects.unguarded("a test looks").filter(unit=unit).order_by("item_no"))
        for code, unit in units.items()
    }


def granted(record, person, *, until: date):
    today = timezone.localdate()
    RecordGrant.objects.create(
        record=record, user=person, reason="查考", starts_on=today - timedelta(days=9), ends_on=until, granted_by=person
    )


@unwatched()
def taking_part(record, person):
    """`record` becomes the file of a document in which `person` took part."""
    document = Document.objects.create(
        unit=record.unit, title=record.title, direction="outgoing", drafted_by=record.filed_by
    )
    Participant.objects.create(document=document, user=person, unit=person.appointments.get().post.unit)
    RecordText.objects.unguarded("a test looks").filter(record=record).update(document=document)


def each_way(person) -> list[int]:
    texts = RecordText.objects.unguarded("a test asks by the rule's own conditions")
    parts = [one for one in RecordText.objects.conditions_each_way("view", person) if one]
    return [row.pk for condition, values in parts for row in texts.extra(where=[condition], params=values)]


def test_the_ways_together_are_the_rule(filed, people):
    clerk = people["D07:clerk"]
    today = timezone.localdate()
    granted(filed["D15"][0], clerk, until=today)
    granted(filed["D15"][1], clerk, until=today - timedelta(days=1))
    granted(filed["D07"][0], clerk, until=today)
    taking_part(filed["D09"][0], clerk)
    taking_part(filed["D07"][1], clerk)
    granted(filed["D09"][0], clerk, until=today)
    appoint(clerk, Post.objects.get(unit__code="D30", kind="accessioner"), by=system_user())
    RecordText.objects.unguarded("a test looks").filter(record=filed["D09"][2]).update(
        offered_to=Post.objects.get(kind="accessioner").unit
    )
    seen = each_way(clerk)
    expected = {
        row.pk
        for code, at in (("D07", 0), ("D07", 1), ("D07", 2), ("D09", 0), ("D09", 2), ("D15", 0))
        for row in [filed[code][at]]
    }
    assert sorted(seen) == sorted(expected)
    assert set(RecordText.objects.allowing("view", clerk).values_list("pk", flat=True)) == expected
    found = search(clerk, "电子文件")
    assert found.total == 6 and {record.pk for record in found.records} == expected
    counts = {str(filed[code][0].unit_id): count for code, count in {"D07": 3, "D09": 2, "D15": 1}.items()}
    assert found.facets["unit_id"] == counts
    assert len(list(all_ids(clerk, "电子文件"))) == 6


def test_nobody_is_shown_nothing(filed, people):
    clerk = people["D07:clerk"]
    assert len(each_way(clerk)) == 3
    clerk.is_active = False
    forget_standing(clerk)
    assert each_way(clerk) == each_way(AnonymousUser()) == []


def test_a_question_of_the_same_shape_finds_its_own_and_no_statement_is_written_for_it(filed, people):
    clerk = people["D07:clerk"]
    first, second = (search(clerk, word) for word in ("D07第1件", "D07第2件"))
    written = set(hits.WRITTEN.made)
    assert [[one.title for one in found.records] for found in (first, second)] == [["D07第1件"], ["D07第2件"]]
    assert [one.title for one in search(clerk, "D07第3件").records] == ["D07第3件"]
    assert search(clerk, "D09第3件").records == []
    assert set(hits.WRITTEN.made) == written
    assert search(clerk, "D07第3件", narrow=Narrow(years=(2005, None))).total == 0
    assert [one.title for one in search(clerk, "电子文件 D07").records] == ["D07第3件", "D07第2件", "D07第1件"]
    assert search(clerk, "电子文件 D15").total == 0
