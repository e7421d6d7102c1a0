"""附件: their order is changed without a script, and a number in a file's own name does not contradict it."""

import pytest
from django.urls import reverse

from documents import actions, pages
from documents.models import Attachment
from files.store import land_bytes
from tests.documents.exchanged import browser, page
from tests.made import brought_to, draft
from units.models import AuditEvent
from units.workflow import Refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def document(people):
    made = draft(people)
    for name in ("附件2 名单.txt", "分工表.txt", "附件1：方案.txt"):
        actions.attach(made, land_bytes(f"{name}的内容".encode(), name), by=people["D07:officer"], name=name)
    return made


def names(document) -> list[str]:
    return [one.name for one in document.attachments.filter(removed_at=None)]


def move(people, document, name, way):
    row = document.attachments.get(name=name)
    address = reverse("documents:move_file", args=[document.uid, row.uid])
    return browser(people, "D07:officer").post(address, {"way": way}), row


def test_a_file_goes_up_and_down_and_stays_at_the_ends(document, people):
    answer, row = move(people, document, "附件1：方案.txt", "up")
    assert answer.status_code == 302 and answer["Location"].endswith(f"#file-{row.uid}")
    assert names(document) == ["附件2 名单.txt", "附件1：方案.txt", "分工表.txt"]
    move(people, document, "附件1：方案.txt", "up")
    move(people, document, "附件1：方案.txt", "up")
    assert names(document) == ["附件1：方案.txt", "附件2 名单.txt", "分工表.txt"]
    move(people, document, "附件1：方案.txt", "down")
    assert names(document)[:2] == ["附件2 名单.txt", "附件1：方案.txt"]
    assert AuditEvent.objects.of(document).filter(verb="order_files").count() == 3
    assert [one["name"] for one in document.revisions.last().fields["attachments"]] == names(document)


def test_the_page_has_a_button_for_each_way_that_is_open(document, people):
    text = page(people, "D07:officer", document).content.decode()
    assert text.count(">上移</button>") == text.count(">下移</button>") == 2
    assert 'aria-label="上移“方案.txt”"' in text


def test_one_name_everywhere_without_a_number_of_its_own(document, people):
    text = page(people, "D07:officer", document).content.decode()
    assert ">名单.txt</a>" in text and ">方案.txt</a>" in text and "附件2 名单.txt</span>" in text
    assert pages.page_input(document).attachments == ("名单", "分工表", "方案")
    sheet = browser(people, "D07:officer").get(reverse("documents:sheet", args=[document.uid])).content.decode()
    assert "名单.txt；分工表.txt；方案.txt" in sheet
    assert names(document)[0] == "附件2 名单.txt"  # the file keeps its own


def test_an_ending_is_no_name_behind_a_number():
    assert Attachment(name="附件1.txt").title_shown == "附件1.txt"
    assert Attachment(name="a.txt", title="附件3 名单").title_shown == "名单"
    assert Attachment(name="没有后缀").title_shown == "没有后缀"


def test_a_signed_document_keeps_its_order(people):
    sent = brought_to("dispatch", people)
    row = Attachment(document=sent, uid=sent.uid)
    with pytest.raises(Refused, match="不能调整"):
        actions.move_attachment(row, by=people["D07:officer"], up=True)
