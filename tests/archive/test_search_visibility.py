"""Search shows what the rule of records allows and nothing else: a seeded world of posts, deputies, custody, grants."""

import random
from datetime import date, timedelta

import pytest
from django.utils import timezone

from archive.models import FondsCreator, Record, RecordGrant, RecordText
from archive.search import exact, nearest, sampling, search, ways
from archive.search.narrowing import Narrow
from archive.words import rewrite_head, write_texts
from documents.models import Document, Participant
from files.models import Publication
from tests.scenarios.owner import unwatched
from units.actions import system_user
from units.matching import Bigrams
from units.models import Appointment, Delegation, Post, User

pytestmark = pytest.mark.django_db
COUNT, SEED = 96, 11
TODAY = timezone.localdate()
SPANS = ((-9, 9), (0, 0), (-9, -1), (1, 9))  # days from today: two hold, one is over, one is to come


def span(chance) -> dict:
    first, last = chance.choice(SPANS)
    return {"starts_on": TODAY + timedelta(first), "ends_on": TODAY + timedelta(last)}


def posts_and_deputies(people, chance) -> None:
    held = Appointment.objects.filter(is_administrator=False).order_by("pk")
    persons, posts = [one.user for one in held], [one.post for one in held]
    for person in chance.sample(persons, 12):  # a second post, in whatever unit; some of them are over
        post = chance.choice(posts)
        if not Appointment.objects.filter(user=person, post=post).exists():
            ends_on = chance.choice((None, TODAY - timedelta(1)))
            Appointment.objects.create(user=person, post=post, starts_on="2020-01-01", ends_on=ends_on)
    Appointment.objects.filter(user__in=chance.sample(persons, 3)).update(ends_on=TODAY - timedelta(1))
    for one in chance.sample(list(held), 12):
        deputy = chance.choice([person for person in persons if person.pk != one.user_id])
        Delegation.objects.create(
            principal=one.user, deputy=deputy, post=one.post, reason="出差", given_by=one.user, **span(chance)
        )


def records(people, units, chance) -> list[Record]:
    """Half of documents and half of a back-file, with the unit, offered to the archive, or in its custody."""
    by, archive = people["D07:clerk"], units["D30"]
    fonds = {one.unit_id: one.fonds for one in FondsCreator.objects.select_related("fonds")}
    homes = [chance.choice(list(units.values())) for _ in range(COUNT)]
    documents = Document.objects.bulk_create(
        Document(
            unit=home, direction="incoming", state="registered", title=f"关于第{place}号事项的批复", sender_name="市府",
            sender_number=f"沪府〔2016〕{place}号", handling_kind="for_reading",
        )
        for place, home in enumerate(homes)
    )  # fmt: skip
    made = []
    for place, (home, document) in enumerate(zip(homes, documents, strict=True)):
        where = chance.choice(("unit", "unit", "offered", "held"))
        made.append(
            Record(
                unit=home, custodian=archive if where == "held" else home, fonds=fonds[home.pk], year=2016,
                offered_to=archive if where == "offered" else None, retention_code="Y", retention_as_filed="永久",
                state={"held": "accessioned", "offered": "in_transfer"}.get(where, "filed"),
                class_code="BGS", item_no=place + 1,
                archival_code=f"{fonds[home.pk].code}-WS·2016-Y-BGS-{place + 1:04}",
                title=document.title, date=date(2016, 1, 1) + timedelta(chance.randrange(300)), filed_by=by,
                document=document if place % 2 else None,
            )
        )  # fmt: skip
    return Record.objects.bulk_create(made)


def parts_and_grants(people, units, filed, chance) -> None:
    persons, posts = list(people.values()), list(Post.objects.all())
    for record in filed:
        if record.document_id and chance.random() < 0.7:
            person, post = chance.choice(persons), chance.choice(posts)
            by_post = chance.random() < 0.5
            Participant.objects.create(
                document_id=record.document_id, unit=post.unit if by_post else chance.choice(list(units.values())),
                user=None if by_post else person, post=post if by_post else None, reason="did",
            )  # fmt: skip
        if chance.random() < 0.5:
            revoked = timezone.now() if chance.random() < 0.2 else None
            RecordGrant.objects.create(
                record=record, user=chance.choice(persons), reason="查阅", granted_by=persons[0], revoked_at=revoked,
                **span(chance),
            )  # fmt: skip


def published(filed, chance) -> None:
    """Some of what the archive holds is open to the public; a part of that was withdrawn again."""
    for record in filed:
        if record.state == "accessioned" and chance.random() < 0.6:
            row = Publication.objects.create(kind="record", object_uid=record.uid, unit=record.unit, reason="开放")
            if chance.random() < 0.3:
                row.closed_at, row.withdrawal_reason = timezone.now(), "涉及个人信息"
                row.save()


@pytest.fixture
def world(people, units) -> list[User]:
    """Everybody, read anew; every other text says of itself that it is another unit's."""
    chance = random.Random(SEED)
    with unwatched():
        posts_and_deputies(people, chance)
        filed = records(people, units, chance)
        parts_and_grants(people, units, filed, chance)
    signs = [ways.sign_of(unit.pk) for unit in units.values()]
    write_texts(
        [(one, f"第{one.item_no}号事项{chance.choice(signs) * (one.item_no % 2)}，特此批复。") for one in filed]
    )
    published(filed, chance)
    sampling.take()
    return [*User.objects.filter(pk__in=[one.pk for one in people.values()]), system_user()]


def seen(person) -> set[int]:
    return set(Record.objects.allowing("view", person).values_list("pk", flat=True))


def test_a_search_finds_exactly_what_the_rule_of_records_allows(world):
    sizes = set()
    for person in world:
        expected = seen(person)
        sizes.add(len(expected))
        assert set(RecordText.objects.allowing("view", person).values_list("pk", flat=True)) == expected
        texts = RecordText.objects.unguarded("a test asks by the rule's own conditions").values_list("pk", flat=True)
        for way in (ways.each, ways.both):
            parts = [set(texts.extra(where=[sql], params=values)) for sql, values, _ in way(person)]
            assert sum(map(len, parts)) == len(expected) and set().union(*parts) == expected, (person, way)
        pages = [search(person, "号事项", page=number) for number in range(1, COUNT // exact.SIZE + 2)]
        assert {one.pk for page in pages for one in page.records} == expected, person
        assert {page.total for page in pages} == {len(expected)}
    assert len(sizes) > 12 and 0 in sizes and max(sizes) > COUNT / 2


def test_the_words_of_each_text_end_with_the_sign_of_its_unit_and_keep_it_when_they_are_corrected(world):
    """Those of an open one with the sign of all staff behind it."""
    opened = set(Publication.objects.open().values_list("object_uid", flat=True))
    assert opened
    for record in Record.objects.unguarded("a test looks").select_related("text__words"):
        before = record.text.words.text_n
        rewrite_head(record)
        record.text.words.refresh_from_db()
        signs = [record.unit_id, *([ways.NO_UNIT] if record.uid in opened else [])]
        assert record.text.words.text_n == before and before.endswith("".join(map(ways.sign_of, signs)))


def test_what_a_text_says_itself_is_asked_for_by_signs_that_each_such_text_bears(world):
    texts = RecordText.objects.unguarded("a test asks by the rule's own conditions").alias(
        grams=Bigrams("words__text_n")
    )
    asked = 0
    for person in world:
        for sql, values, signs in ways.both(person):
            rows = texts.extra(where=[sql], params=values)
            asked += bool(signs) and rows.exists()
            assert not signs or rows.exclude(grams__overlap=list(signs)).count() == 0, person
    assert asked > 12


def test_the_nearest_are_among_what_the_rule_allows_and_none_of_them_is_left_out(world):
    for person in world:
        hits = nearest.among_records(person, "号事项，特此批复", Narrow()).hits
        assert len(hits) == min(len(seen(person)), nearest.KEPT) and {one.key for one in hits} == seen(person), person


def test_texts_tried_one_by_one_are_the_newest_that_the_rule_allows(world, monkeypatch):
    monkeypatch.setattr(exact, "DENSE", 1)
    monkeypatch.setattr(exact, "WALK_CAP", 4)
    for person in world:
        newest = Record.objects.allowing("view", person).order_by("-date", "-pk").values_list("pk", flat=True)
        pages = [search(person, "号事项", page=number) for number in range(1, COUNT // exact.SIZE + 2)]
        assert pages[0].is_capped == (len(newest) >= 4), person
        assert [one.pk for page in pages for one in page.records] == list(newest), person
