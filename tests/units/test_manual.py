"""使用手册: a chapter for each post, whose words stand on the screen and whose rooms are the reader's own (S-06)."""

import re
from functools import cache

import pytest
from django.conf import settings
from django.urls import reverse

from tests.transfer.stock import browser
from units.manual import CHAPTERS
from units.roles import PostKind

pytestmark = pytest.mark.django_db
TEXTS = settings.BASE_DIR / "templates" / "manual"


@cache
def written_elsewhere() -> str:
    """What stands on the screen: templates but the manual's, and the labels in the code."""
    apps = ("units", "documents", "archive", "transfer", "oversight", "portal")
    pages = [one for one in (settings.BASE_DIR / "templates").rglob("*.html") if TEXTS not in one.parents]
    code = [one for app in apps for one in (settings.BASE_DIR / app).rglob("*.py")]
    return "\n".join(one.read_text(encoding="utf-8") for one in (*pages, *code))


def test_every_post_has_a_chapter():
    """Shows: S-06"""
    assert {kind for one in CHAPTERS for kind in one.posts} == set(PostKind)


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda one: one.slug)
def test_the_words_of_a_chapter_are_those_of_the_screen(chapter):
    """Shows: S-06"""
    text = (TEXTS / f"{chapter.slug}.html").read_text(encoding="utf-8")
    words = re.findall(r"<b>([^<]+)</b>", text) + re.findall(r"{% room '[^']+' '([^']+)' %}", text)
    assert words and [one for one in words if not re.search(rf'[>"\s%}}]{one}[<"\s{{]', written_elsewhere())] == []


def test_a_reader_begins_with_his_own_post_and_is_led_into_his_own_rooms(people):
    page = browser(people["D07:clerk"]).get(reverse("units:manual")).content.decode()
    assert page.index("您的岗位") < page.index("文书</a>") < page.index("其他岗位") < page.index("领导</a>")
    address = reverse("units:chapter", args=["clerk"])
    own = browser(people["D07:clerk"]).get(address).content.decode()
    other = browser(people["D07:officer"]).get(address).content.decode()
    room = f'<a href="{reverse("documents:register_outside")}">收文登记</a>'
    assert room in own.partition("<article")[2] and room not in other and "<b>收文登记</b>" in other
    assert browser(people["D07:clerk"]).get(reverse("units:chapter", args=["nobody"])).status_code == 404
