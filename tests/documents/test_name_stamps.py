"""Issue 13: 命令 bear the 签名章 of who signed them, with his 职务 before it (GB/T 9704—2012, 7.3.5.3)."""

import io
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image, ImageDraw

import paper
from documents import name_stamps, pages, seal_book, sealing
from documents.models import UnitSeal
from documents.name_stamps import StampInput
from documents.seal_book import SEALS
from documents.states import State
from paper import authority, seals
from paper.checking import check_seals
from paper.given import ORDER, STAMP_WIDTH, PageInput
from tests.cases import Case
from tests.documents.test_joint_issue import joint
from tests.documents.test_sealing import browser, bytes_of, proofread_page, scan
from tests.made import brought_to, take
from units.models import Unit
from units.workflow import Refused

pytestmark = pytest.mark.django_db
GRID, PITCH, RIGHT = 156 / 28, (225 - 156 / 28) / 21, 161.714


@pytest.fixture(autouse=True)
def certificates(settings, tmp_path):
    settings.EGOV_CERTIFICATES_DIR = tmp_path / "certificates"


@pytest.fixture(autouse=True)
def governs(units):
    """Only a government issues an order."""
    Unit.objects.filter(code="D07").update(rank=1)
    units["D07"].refresh_from_db()


def signature(wide: int = 900, high: int = 300, ink=(200, 20, 30)) -> bytes:
    """A name written in one line, as a scanner gives it: three crossed boxes beside one another."""
    picture = Image.new("RGB", (wide + 120, high + 120), (255, 255, 255))
    pen = ImageDraw.Draw(picture)
    for place in range(3):
        left = 60 + place * wide // 3
        right = 60 + wide if place == 2 else left + wide // 4
        pen.rectangle((left, 60, right, 60 + high), outline=ink, width=12)
        pen.line((left, 60, right, 60 + high), fill=ink, width=12)
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def entered(people, unit, *, holder="leader", picture=None, title="主任") -> UnitSeal:
    upload = SimpleUploadedFile("签名.png", picture or signature())
    given = StampInput(people[f"{unit.code}:{holder}"], title, "长信〔2026〕1号", date(2026, 1, 4), upload)
    return name_stamps.register(given, unit=unit, by=people[f"{unit.code}:seal_keeper"])


def order(people, step: str, title: str = "关于施行办法的命令"):
    return brought_to(step, people, doc_type="order", title=title)


# on the page


def laid(*titles: str, stamped: bool = True, seals=()):
    names = ("王建国", "李明")[: len(titles)]
    given = PageInput(
        ORDER, "长宁区人民政府令", "第12号", "", "现予公布。", signatory_name=names[0], co_signatories=names[1:],
        signatory_title=titles[0], co_titles=titles[1:], stamped=stamped, document_date=date(2026, 11, 4), seals=seals,
    )  # fmt: skip
    return given, paper.page.set_document(given)[0]


def run_of(page, text: str):
    return next(run for run in page.runs if run.text == text)


def test_the_stamp_stands_four_characters_in_two_rows_under_the_text_with_the_title_in_its_middle(people):
    given, page = laid("区长")
    ((number, place),) = paper.seal_places(given)
    text, title, day = run_of(page, "现予公布。"), run_of(page, "区长"), run_of(page, "2026年11月4日")
    assert number == 1 and place.x == pytest.approx(RIGHT - STAMP_WIDTH / 2, abs=0.2)
    top = place.y - (GRID + PITCH) / 2  # of two rows
    assert top == pytest.approx(text.top + 3 * PITCH, abs=0.2)
    assert title.top + GRID / 2 == pytest.approx(place.y, abs=0.2)
    assert title.left == pytest.approx(RIGHT - STAMP_WIDTH - 4 * GRID, abs=0.2)  # its two characters and two empty
    assert day.top == pytest.approx(top + 3 * PITCH, abs=0.2)  # one empty row between
    assert not any(run.text == "王建国" for run in page.runs)


def test_two_who_sign_stand_one_below_the_other_and_a_typed_name_where_its_stamp_would(people):
    given, page = laid("区长", "主任")
    first, second = (place for _, place in paper.seal_places(given))
    assert (second.x, second.y) == (first.x, pytest.approx(first.y + 2 * PITCH))
    assert run_of(page, "区长").left == run_of(page, "主任").left
    _, typed = laid("区长", "主任", stamped=False)
    assert run_of(typed, "王建国").top < run_of(typed, "李明").top and not typed.seals


# in the book


def test_a_signature_becomes_pure_ink_as_wide_as_its_square():
    with Image.open(io.BytesIO(seals.signature_of(signature()))) as found:
        left, top, right, low = found.convert("L").point(lambda value: 255 - value).getbbox()
        assert left <= 3 and right >= seals.SIDE - 3
        assert (low - top) / seals.SIDE == pytest.approx(1 / 3, abs=0.02) and top + low == pytest.approx(1000, abs=6)


PICTURES = [
    Case("签名章印模", "竖排", "应为横排一行", value=signature(300, 900)),
    Case("签名章印模", "圆形印章", "高不过宽的一半", value=scan()),
    Case("签名章印模", "黑色签名", "应为红色", value=signature(ink=(20, 20, 20))),
    Case("签名章印模", "宽 200 点", "只有", value=signature(200, 70)),
    Case("签名章印模", "不是图片", "不能读取", value=b"no picture"),
    Case("签名章印模", "空白", "没有找到红色印文", value=signature(ink=(255, 255, 255))),
]


@pytest.mark.parametrize("case", PICTURES, ids=str)
def test_a_picture_that_is_no_signature_is_refused_with_what_is_wrong(case):
    with pytest.raises(Refused, match=case.expected):
        seals.signature_of(case.value)


def test_it_belongs_to_one_who_signs_in_the_unit_and_one_is_in_use_at_a_time(people, units):
    with pytest.raises(Refused, match="不是区信息委的领导"):
        entered(people, units["D07"], holder="officer")
    stamp = entered(people, units["D07"])
    with pytest.raises(Refused, match="已有在用的签名章"):
        entered(people, units["D07"])
    keeper = people["D07:seal_keeper"]
    SEALS.perform("suspend", stamp, by=keeper, note="样式更换。")
    second = entered(people, units["D07"])
    with pytest.raises(Refused, match="已有在用的签名章"):
        SEALS.perform("resume", stamp, by=keeper, note="继续使用。")
    seal_book.make_specimen(units["D07"])  # the unit's own seal is another matter
    assert seal_book.in_use(units["D07"]).holder is None and name_stamps.in_use(second.unit, second.holder) == second


def test_the_keeper_enters_it_by_screen_and_is_told_when_its_holder_has_left(people, units):
    client, leader = browser(people["D07:seal_keeper"]), people["D07:leader"]
    fields = {
        "stamp": "1", "stamp-unit": units["D07"].pk, "stamp-holder": leader.pk, "stamp-holder_title": "主任",
        "stamp-approval_number": "长信〔2026〕1号", "stamp-enabled_on": "2026-01-04",
    }  # fmt: skip
    wrong = client.post(
        reverse("documents:seals"), {**fields, "stamp-holder_title": "", "stamp-enabled_on": "2999-01-01"}
    )
    assert wrong.status_code == 422
    assert set(wrong.context["stamp"].errors) == {"holder_title", "enabled_on", "imprint"}
    wrong = client.post(reverse("documents:seals"), {**fields, "stamp-imprint": SimpleUploadedFile("章.png", scan())})
    assert wrong.status_code == 422 and "高不过宽的一半" in wrong.content.decode() and not UnitSeal.objects.exists()
    picture = SimpleUploadedFile("签名.png", signature())
    assert client.post(reverse("documents:seals"), {**fields, "stamp-imprint": picture}).status_code == 302
    stamp = UnitSeal.objects.get()
    assert (stamp.name, stamp.holder, stamp.is_specimen) == (f"{leader.name}签名章", leader, False)
    page = client.get(reverse("documents:seals")).content.decode()
    assert stamp.name in page and "已不任本单位领导" not in page
    leader.appointments.update(ends_on=date(2026, 1, 31))
    assert "已不任本单位领导" in client.get(reverse("documents:seals")).content.decode()
    assert "签发人" in client.get(stamp.get_absolute_url()).content.decode()


# on an order


def test_an_order_is_stamped_by_the_keeper_and_signed_with_the_units_certificate(people, units):
    stamp = entered(people, units["D07"])
    document = order(people, "proofread")
    given = pages.page_input(document)
    assert (given.stamped, given.signatory_title) == (True, "主任")
    seen = browser(people["D07:seal_keeper"]).get(document.get_absolute_url()).content.decode()
    assert f"签发人{people['D07:leader'].name}的签名章" in seen and "居中下压" not in seen
    take(document, "seal", people["D07:seal_keeper"])
    sealed, found = bytes_of(pages.page_of(document)), document.sealings.get()
    assert document.state == State.SEALED and found.seal == stamp and sealed.startswith(proofread_page(document))
    assert b"/ImageMask" in sealed[len(proofread_page(document)) :] and check_seals(sealed).is_valid
    (spot,) = sealing.spots_of(document)
    assert spot.diameter == STAMP_WIDTH and spot.x == pytest.approx(RIGHT - STAMP_WIDTH / 2, abs=0.2)
    book = browser(people["D07:seal_keeper"]).get(reverse("documents:register", args=["seals"])).content.decode()
    assert stamp.name in book


def test_only_the_practice_district_makes_one_and_elsewhere_an_order_waits_for_it(people, units, settings):
    specimen = order(people, "seal").sealings.get().seal
    assert specimen.is_specimen and specimen.holder == people["D07:leader"] and "样章" in specimen.name
    assert specimen.holder_title == "主任"
    settings.EGOV_ENV = "production"
    other = order(people, "number", title="关于施行细则的命令")
    with pytest.raises(Refused, match="没有在用的签名章，请监印人先在“印章管理”中登记"):
        take(other, "proofread", people["D07:clerk"])
    assert other.state == State.NUMBERED
    own = entered(people, units["D07"], title="区信息委主任")
    specimen.refresh_from_db()
    assert specimen.state == "surrendered"
    take(other, "proofread", people["D07:clerk"])
    authority.issue("D07", units["D07"].name)
    take(other, "seal", people["D07:seal_keeper"])
    assert other.sealings.get().seal == own and pages.page_input(other).signatory_title == "区信息委主任"


def test_a_joint_order_bears_the_stamps_of_all_who_signed_one_below_the_other(people, units):
    document = joint(people, units, "D09", doc_type="order", title="关于联合施行办法的命令")
    first, second = sealing.spots_of(document)
    assert (second.x, second.page) == (first.x, first.page) and second.y == pytest.approx(first.y + 2 * PITCH)
    for code in ("D07", "D09"):
        take(document, "seal", people[f"{code}:seal_keeper"])
    holders = [one.seal.holder for one in document.sealings.order_by("pk")]
    assert holders == [people["D07:leader"], people["D09:leader"]] and document.state == State.SEALED
    assert len(check_seals(bytes_of(pages.page_of(document))).seals) == 2
