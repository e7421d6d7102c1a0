"""The cast: two pilot units and the archive with one named person a post, an outsider unit, the administrators.

Fixtures are functions of the database; `people["D07:clerk"]` is a User, `units["D07"]` a Unit.
"""

import pickle
from datetime import date
from functools import cache

import pytest
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group

from archive.models import Fonds, FondsCreator
from archive.retention import load_sample_schedule
from documents.routes import ensure_routes
from tests import acts_again, below
from tests.commits import commits
from tests.printed import printed
from units.actions import ensure_administrators, ensure_posts, system_user
from units.models import Appointment, Department, Post, Unit, User
from units.roles import posts_of

PASSWORD = "Changning-2026"
UNITS = (
    ("D01", "长宁区人民政府办公室", "区政府办", "长府办", "government", "Z401", 1),
    ("D07", "长宁区信息化委员会", "区信息委", "长信", "government", "Z407", 2),
    ("D09", "长宁区民政局", "区民政局", "长民", "government", "Z409", 2),
    ("D15", "长宁区卫生局", "区卫生局", "长卫", "government", "Z415", 2),
    ("D30", "长宁区档案局", "区档案局", "长档", "archive", "Z430", 2),
)
CODES = [row[0] for row in UNITS]


@cache
def hashed() -> str:
    """One honest hash for the whole run: it is slow by design."""
    return make_password(PASSWORD)


def make_units() -> None:
    for code, name, short, prefix, category, fonds_code, rank in UNITS:
        unit = Unit.objects.create(
            code=code, name=name, short_name=short, document_prefix=prefix, category=category, rank=rank
        )
        fonds = Fonds.objects.create(code=fonds_code, name=f"{name}全宗")
        FondsCreator.objects.create(fonds=fonds, unit=unit)
        Department.objects.create(unit=unit, name="办公室", class_code="BGS")
    made = list(Unit.objects.filter(code__in=CODES))
    ensure_posts(made)
    ensure_administrators(next(unit for unit in made if unit.code == "D07"))
    for unit in made:
        ensure_routes(unit)
    load_sample_schedule()
    system_user()


def make_people() -> None:
    for post in Post.objects.select_related("unit", "group"):
        person = User(
            username=f"{post.unit.code}-{post.kind}".lower(),
            name=f"{post.unit.short_name}{post.get_kind_display()}"[:40],
            joined_on=date(2020, 1, 1),
        )
        person.password = hashed()
        person.save()
        Appointment.objects.create(
            user=person, post=post, starts_on="2020-01-01", is_administrator=post.is_administrator
        )
        person.groups.add(Group.objects.get(pk=post.group_id))


def make_cast() -> bytes:
    """The units and the people, as they are read when nobody has written yet."""
    printed("units", make_units)
    printed("people", make_people)
    return pickle.dumps((by_code(), by_post()))


@pytest.fixture
def cast_below(request, django_db_setup, django_db_blocker) -> None:
    """The cast stands below a test that takes people and rolls back (tests/below.py)."""
    with django_db_blocker.unblock():
        if below.BELOW.is_the_files:
            return
        if commits(request) or "people" not in request.fixturenames:
            below.fall()
        else:
            below.stand(make_cast)


@pytest.fixture
def units(db) -> dict[str, Unit]:
    if below.stands():
        return pickle.loads(below.BELOW.made)[0]
    printed("units", make_units)
    return by_code()


@pytest.fixture
def people(request, units, monkeypatch) -> dict[str, User]:
    """One person a post in every unit, keyed "UNIT:post", and "D07:sysadmin" … for the administrators."""
    if not below.stands():
        printed("people", make_people)
    acts_again.begin(monkeypatch, commits(request))
    return pickle.loads(below.BELOW.made)[1] if below.stands() else by_post()


def by_code() -> dict[str, Unit]:
    return {unit.code: unit for unit in Unit.objects.filter(code__in=CODES)}


def by_post() -> dict[str, User]:
    posts = Appointment.objects.values_list("user_id", "post__unit__code", "post__kind").order_by("pk")
    persons = User.objects.in_bulk()
    made = {f"{code}:{kind}": persons[key] for key, code, kind in posts}
    assert {f"D30:{kind}" for kind in posts_of(Unit.objects.get(code="D30"))} <= set(made)
    return made


@pytest.fixture
def clerk(people):
    return people["D07:clerk"]


@pytest.fixture
def leader(people):
    return people["D07:leader"]


def one_of(units, name: str, department: Department) -> User:
    """An 承办人 of D09 in the department."""
    post = Post.objects.select_related("group").get(unit=units["D09"], kind="officer")
    person = User.objects.create(username=name, name=name, joined_on="2020-01-01", password=hashed())
    Appointment.objects.create(user=person, post=post, department=department, starts_on="2020-01-01")
    person.groups.add(post.group)
    return person


@pytest.fixture
def rooms(units, people):
    """D09: 综合科 with 甲, 救助科 with 乙 and 丙."""
    general, relief = (
        Department.objects.create(unit=units["D09"], name=name, class_code=code)
        for name, code in (("综合科", "ZH"), ("救助科", "JZ"))
    )
    who = {"甲": one_of(units, "甲", general), "乙": one_of(units, "乙", relief), "丙": one_of(units, "丙", relief)}
    return {"综合科": general, "救助科": relief, **who}
