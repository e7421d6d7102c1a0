"""A fixture's world is made once and put back whole, however the test before left it (tests/fixtures_again.py)."""

import pytest
from django.conf import settings
from django.test import Client

from documents.models import Document
from tests.made import brought_to, draft, take
from units.models import AuditEvent, Department

pytestmark = pytest.mark.django_db
MADE: list[int] = []


@pytest.fixture
def world(people, tmp_path):
    """Acts and a row beside them, files in and outside the test's folder; one of those who were there is changed."""
    MADE.append(1)
    sent = brought_to("submit", people)
    people["D07:clerk"].told = "in the fixture"
    home = Department.objects.create(unit=sent.unit, name="信息科", class_code="XX")
    (settings.EGOV_PACKAGES_DIR / "laid.txt").write_text("laid")
    (tmp_path / "own.txt").write_text("own")
    return {"sent": sent, "home": home, "clerk": people["D07:clerk"], "names": ["first"]}


@pytest.fixture
def after(people, world):
    """On the first one's row."""
    take(world["sent"], "check", people["D07:reviewer"], note="同意。")
    draft(people, title="关于另一事项的通知")
    return world["sent"]


@pytest.mark.parametrize("turn", range(3))
def test_what_a_test_spoils_the_next_one_finds_whole(world, after, people, tmp_path, turn):
    outside = settings.EGOV_PACKAGES_DIR / "laid.txt"
    assert settings.EMBEDDED is None or len(MADE) == 1
    assert world["names"] == ["first"] and world["clerk"] is people["D07:clerk"]
    assert people["D07:clerk"].told == "in the fixture" and after is world["sent"]
    assert AuditEvent.objects.of(after).filter(verb="check").count() == 1
    assert Document.objects.unguarded("a test looks").count() == 2
    assert Department.objects.get(class_code="XX").name == world["home"].name == "信息科"
    assert outside.read_text() == "laid" and (tmp_path / "own.txt").read_text() == "own"
    assert not (outside.parent / "left.txt").exists()
    Department.objects.filter(class_code="XX").update(name="改")
    world["names"].append("spoiled"), outside.write_text("spoiled"), (outside.parent / "left.txt").write_text("left")
    draft(people, title="关于第三事项的通知")


@pytest.mark.parametrize("post", ["clerk", "leader"])
def test_after_a_sign_in_only_the_same_persons_way_is_the_same(people, post):
    Client().force_login(people[f"D07:{post}"], backend="django.contrib.auth.backends.ModelBackend")
    signed_in = people[f"D07:{post}"].last_login
    document = brought_to("submit", people)
    people[f"D07:{post}"].refresh_from_db()
    assert people[f"D07:{post}"].last_login == signed_in and document.state == "in_review"
