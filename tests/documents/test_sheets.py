"""Issue 13, point 4: 发文稿纸 and 文件处理单 on paper and on the screen; names are whole, nothing is invented."""

from datetime import UTC, datetime
from io import BytesIO

import pikepdf
import pytest
from pypdfium2 import PdfDocument

import paper
from documents import pages
from documents.circulation import circulate
from documents.inputs import CirculateInput
from documents.sheet_rows import boxes_of
from paper.sheets import CELL, SMALLEST, name_lines
from tests.documents.test_comparing import get
from tests.documents.test_routing import countersigned
from tests.made import brought_to, draft, registered, take

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 24, 1, 30, tzinfo=UTC)


def lines_of(pdf: bytes) -> list[str]:
    text = "\n".join(one.get_textpage().get_text_bounded() for one in PdfDocument(pdf))
    return [line.strip() for line in text.replace("\r", "").split("\n")]


def written(document) -> list[tuple[str, list[str]]]:
    """(box, texts) as the screen's form and the file have them."""
    filled = pages.filled_sheet(document)
    return [(box.label, [one.text for one in box.opinions]) for box in paper.boxes(filled.opinions, filled.boxes)]


def test_opinions_stand_in_the_boxes_of_the_form_leaders_first_and_empty_boxes_stay(people, units):
    document = countersigned(people, units, "D09", "D15")
    assert written(document) == [("签发", []), ("会签", []), ("核稿", [])]
    take(document, "check", people["D07:reviewer"], note="拟同意。")
    take(document, "countersign", people["D15:leader"], note="宜改为试行。", result="agreed_with_changes")
    take(document, "countersign", people["D09:leader"], note="同意。", result="agreed")
    take(document, "approve", people["D07:leader"], note="同意发文。")
    assert written(document) == [
        ("签发", ["同意发文。"]), ("会签", ["同意（附修改意见）：宜改为试行。", "同意。"]), ("核稿", ["拟同意。"]),
    ]  # fmt: skip
    shown = get(people["D07:clerk"], document, "sheet").content.decode()
    order = [shown.index(words) for words in ("同意发文。", "宜改为试行。", "拟同意。")]
    assert order == sorted(order) and people["D15:leader"].name in shown and "区卫生局 领导" in shown


def test_a_return_is_called_one_and_keeps_its_reason(people):
    document = brought_to("check", people)
    take(document, "send_back", people["D07:leader"], note="请补充依据。")
    assert ("签发", ["退回：请补充依据。"]) in written(document)


def test_who_wrote_nothing_is_named_and_nothing_is_put_into_his_mouth(people):
    document = take(draft(people), "submit", people["D07:officer"])
    take(document, "check", people["D07:reviewer"])
    take(document, "approve", people["D07:leader"])
    _, made = pages.sheet_of(document, moment=document.approved_at)
    text = "".join(lines_of(made.pdf))
    assert people["D07:reviewer"].name in text and "同意" not in text and "未填写" not in text
    shown = get(people["D07:clerk"], document, "sheet").content.decode()
    assert people["D07:leader"].name in shown and "未填写" not in shown


def test_a_received_documents_form_keeps_the_leaders_words_above_the_departments(people):
    delivery = registered(people, kind="for_action")
    take(delivery, "propose", people["D09:clerk"], note="拟请领导阅示。")
    take(delivery, "instruct", people["D09:leader"], note="请办公室承办。")
    circulate(delivery, by=people["D09:clerk"], given=CirculateInput((people["D09:reviewer"],)))
    assert written(delivery) == [("领导批示", ["请办公室承办。"]), ("拟办意见", ["拟请领导阅示。"]), ("承办情况", [])]


def test_a_form_that_is_still_going_round_has_no_day_of_completion(people):
    delivery = registered(people)
    assert ("办结日期", "", True) in paper.cells_of(pages.filled_sheet(delivery))
    take(delivery, "complete", people["D09:clerk"], not_to_file="NF-1")
    assert ("办结日期", "", True) not in paper.cells_of(pages.filled_sheet(delivery))


NAMES = (
    "王小明",
    "欧阳正华",
    "买买提·吐尔逊",
    "欧阳正华（代司马相如）",
    "阿卜杜热合曼·买买提（代努尔艾力·阿卜杜拉）",
    "欧阳正华（纸质签批，司马相如补录）",
    "阿卜杜热合曼·买买提吐尔逊·努尔艾力",
    "名" * 40,
)


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_never_broken_in_the_cell_of_the_signature(name):
    opinion = paper.SheetOpinion("签发", "同意。" * 200, name, AT, "长宁区信息化委员会 领导")
    made = paper.render_draft_sheet(
        paper.DraftSheet(unit_name="长宁区信息化委员会", title="题", opinions=(opinion,)), moment=AT
    )
    found = lines_of(made.pdf)
    wanted, size = name_lines(name)
    assert "".join(wanted) == name and (size >= SMALLEST or name == NAMES[-1])
    for part in wanted:
        assert any(part in line for line in found), (part, found)


def test_the_file_is_an_archival_pdf_and_the_boxes_are_on_it(people):
    document = brought_to("check", people)
    _, made = pages.sheet_of(document, moment=document.created_at)
    with pikepdf.open(BytesIO(made.pdf)) as opened:
        assert "pdfaid" in str(opened.open_metadata())
    text = "".join(lines_of(made.pdf))
    assert all(box in text for box in boxes_of("outgoing")) and "退回" not in text


@pytest.mark.parametrize("name", NAMES)
def test_nor_is_that_of_the_signer_or_the_drafter_in_the_upper_part(name):
    filled = paper.DraftSheet(unit_name="长宁区信息化委员会", title="题", signatory=name, drafter=name)
    found = lines_of(paper.render_draft_sheet(filled, moment=AT).pdf)
    wanted, _ = name_lines(name, CELL)
    for part in wanted:
        assert sum(part in line for line in found) >= 2 or any(line.count(part) >= 2 for line in found), found
