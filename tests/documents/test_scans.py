"""The scan or text of a document from outside stands where the paper would: shown, logged, and never run."""

import re

import pytest
from django.urls import reverse
from PIL import Image

from documents.actions import attach, register_outside
from documents.states import HandlingKind
from files import probing, shown
from files.store import keep, land_bytes, path_of
from tests import awkward
from tests import awkward_documents as made
from tests.awkward_media import exif_photo, png_bomb
from tests.cases import Case
from tests.made import take
from tests.transfer.stock import browser
from units.models import AccessLog

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk(people):
    return people["D09:clerk"]


@pytest.fixture
def letter(clerk):
    """A paper from outside the platform, registered by hand at D09, without a text."""
    fields = {"title": "关于报送材料的函", "sender_name": "某市民政局", "doc_type": "letter"}
    return register_outside(fields, unit=clerk.appointments.get().post.unit, by=clerk)


def hang(document, by, name, content, **more):
    return attach(document, land_bytes(content, name), by=by, name=name, **more)


def page(person, document, query=""):
    answer = browser(person).get(document.get_absolute_url() + query)
    assert answer.status_code == 200
    return answer.content.decode()


def pictures(text):
    return re.findall(r'<img src="([^"]+/pages/\d+/)"', text)


CASES: list[Case] = [
    Case("来文显示", "扫描 PDF 三页", "三幅图", value=("扫描.pdf", lambda: made.pdf_scan(3)), wanted=(3, "")),
    Case("来文显示", "多页 TIFF", "两幅图", value=("扫描.tif", lambda: awkward.tiff(2)), wanted=(2, "")),
    Case("来文显示", "JPEG", "一幅图", value=("照片.jpg", awkward.jpeg), wanted=(1, "")),
    Case("来文显示", "PNG", "一幅图", value=("照片.png", awkward.png), wanted=(1, "")),
    Case("来文显示", "GBK 文本", "文字", value=("来文.txt", awkward.txt_gbk), wanted=(0, "关于印发工作要点的通知")),
    Case("来文显示", "文本里的网页标记", "原样的文字", value=("来文.txt", lambda: "正文 <b>粗</b>".encode()),
         wanted=(0, "正文 &lt;b&gt;粗&lt;/b&gt;")),
    Case("来文显示", "Word", "文字", value=("来文.docx", lambda: made.docx(made.paragraph("请予支持"))), wanted=(0, "请予支持")),
    Case("来文显示", "OFD", "文字", value=("来文.ofd", lambda: made.ofd_rooted("请予支持")), wanted=(0, "请予支持")),
    Case("来文显示", "录音", "说明不能显示", value=("录音.wav", lambda: b"RIFF\x04\0\0\0WAVE"),
         wanted=(0, "“录音.wav”不能在页面上显示，请下载原件阅看。")),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=str)
def test_what_came_is_shown_where_the_paper_would_be(clerk, letter, case):
    (name, make), (count, words) = case.value, case.wanted
    hang(letter, clerk, name, make(), is_main_text=True)
    text = page(clerk, letter)
    addresses = pictures(text)
    assert len(addresses) == count and words in text and name in text
    for address in addresses:
        answer = browser(clerk).get(address)
        content = b"".join(answer.streaming_content)
        assert (answer.status_code, answer["Content-Type"], content[:3]) == (200, "image/jpeg", b"\xff\xd8\xff")
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in answer["Content-Security-Policy"] and "'none'" in answer["Content-Security-Policy"]


def test_the_main_text_is_shown_and_what_hangs_on_it_stays_in_the_list(clerk, letter):
    hang(letter, clerk, "附表.png", awkward.picture("PNG", size=(50, 50)))
    assert len(pictures(page(clerk, letter))) == 1  # nobody has said which is the text: all are shown
    hang(letter, clerk, "正文.pdf", made.pdf_scan(2), is_main_text=True)
    text = page(clerk, letter)
    assert len(pictures(text)) == 2 and "附表.png" in text


def test_a_long_scan_comes_some_pages_at_a_time(clerk, letter):
    hang(letter, clerk, "正文.tif", awkward.tiff(30), is_main_text=True)
    first, last = page(clerk, letter), page(clerk, letter, "?sheet=25")
    assert [address.rsplit("/", 2)[1] for address in pictures(first)] == [str(one) for one in range(1, 13)]
    assert [address.rsplit("/", 2)[1] for address in pictures(last)] == [str(one) for one in range(25, 31)]
    assert "共 30 页" in first and "?sheet=13" in first
    for odd in ("0", "-1", "99999", "x", "９"):
        page(clerk, letter, f"?sheet={odd}")


def test_who_may_not_see_the_document_sees_no_page_of_it_and_leaves_no_row(people, clerk, letter):
    row = hang(letter, clerk, "正文.png", awkward.png(), is_main_text=True)
    address = reverse("documents:attachment_page", args=[letter.uid, row.uid, 1])
    for who in ("D15:clerk", "D07:leader", "D30:inspector", "D07:auditor"):
        assert browser(people[who]).get(address).status_code == 404
    rows = AccessLog.objects.filter(object_uid=letter.uid)
    assert not rows.exists()
    assert browser(clerk).get(address).status_code == 200
    assert [(one.user_id, one.act) for one in rows] == [(clerk.pk, "view")]


def test_a_page_that_is_not_there_is_not_found(clerk, letter):
    scan = hang(letter, clerk, "正文.png", awkward.png())
    words = hang(letter, clerk, "说明.txt", b"text")
    for row, number in ((scan, 0), (scan, 2), (scan, 99_999_999), (words, 1)):
        assert (
            browser(clerk).get(reverse("documents:attachment_page", args=[letter.uid, row.uid, number])).status_code
            == 404
        )


def test_a_removed_scan_is_gone_from_the_page_and_its_pictures_too(clerk, letter):
    row = hang(letter, clerk, "正文.png", awkward.png())
    row.removed_at = row.added_at
    row.save()
    assert pictures(page(clerk, letter)) == []
    assert browser(clerk).get(reverse("documents:attachment_page", args=[letter.uid, row.uid, 1])).status_code == 404


def test_a_picture_is_drawn_once_upright_and_no_wider_than_a_page(tmp_path):
    wide = keep(land_bytes(awkward.picture("PNG", size=(4000, 1000)), "a.png"))
    drawn = shown.picture(wide, 1)
    assert Image.open(drawn).size == (shown.WIDTH, 310)
    before = drawn.stat().st_mtime_ns
    assert shown.picture(wide, 1).stat().st_mtime_ns == before
    turned = Image.open(shown.picture(keep(land_bytes(exif_photo(), "b.jpg")), 1))
    assert turned.size == (20, 60)


def test_a_page_that_cannot_be_drawn_is_a_sentence(clerk, letter):
    row = hang(letter, clerk, "正文.png", awkward.png())
    path_of(row.stored_file).write_bytes(b"spoiled meanwhile")
    answer = browser(clerk).get(reverse("documents:attachment_page", args=[letter.uid, row.uid, 1]))
    assert answer.status_code == 422 and "这一页不能在页面上显示，请下载原件阅看。" in answer.content.decode()


def test_no_more_than_two_pictures_are_drawn_at_once(monkeypatch):
    stored = keep(land_bytes(awkward.picture("PNG", size=(31, 17)), "a.png"))
    monkeypatch.setattr(shown, "WAIT_SECONDS", 0.2)
    with shown._slot(), shown._slot(), pytest.raises(shown.NotShownError, match="稍后"):
        shown.picture(stored, 1)
    assert shown.picture(stored, 1).exists()


def test_the_probe_of_a_page_has_limits(tmp_path):
    path = tmp_path / "bomb.png"
    path.write_bytes(png_bomb())
    with pytest.raises(probing.ProbeError):
        probing.run("picture", path, "image", "1", "1240")


def test_the_words_of_what_came_are_found_after_filing(people, clerk, letter):
    hang(letter, clerk, "正文.docx", made.docx(made.paragraph("请支持梧桐雨巷修缮工程")), is_main_text=True)
    take(letter, "register", clerk, handling_kind=HandlingKind.FOR_READING)
    take(letter, "complete", clerk, retention_code="Y")
    answer = browser(clerk).get(reverse("archive:search"), {"q": "梧桐雨巷"})
    assert letter.title in answer.content.decode().replace("<mark>", "").replace("</mark>", "")


def test_a_file_that_nobody_scanned_says_so(clerk, letter):
    hang(letter, clerk, "正文.png", awkward.png())
    assert "未查毒" in page(clerk, letter)
