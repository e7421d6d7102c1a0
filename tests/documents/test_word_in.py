""".docx in: text and order as Word shows them, what is not taken is named, nothing typed is lost (issue 13)."""

import json
import subprocess
import sys

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils.datastructures import MultiValueDict

from documents import word_in
from documents.models import Document
from files.probing import ROOT, command
from files.probing.word import read
from tests.documents.word_files import FILES
from tests.documents.word_maker import docx, gone, p, picture, r, table, tr
from tests.made import draft
from units import form_drafts
from units.models import AuditEvent, FormDraft
from units.workflow import Refused


@pytest.mark.parametrize(("name", "raw", "lines", "codes"), FILES, ids=[one[0] for one in FILES])
def test_a_word_file_is_read_as_its_page_shows_it(name, raw, lines, codes, tmp_path):
    path = tmp_path / "稿.docx"
    path.write_bytes(raw)
    found = read(str(path))
    assert found["lines"] == lines
    assert {one["code"]: one["count"] for one in found["told"]} == codes


def test_there_are_forty_files_and_every_code_has_its_sentence():
    assert len(FILES) >= 40
    told = {code for *_, codes in FILES for code in codes}
    assert told <= set(word_in.NOT_TAKEN) | set(word_in.TAKEN_OTHERWISE)
    assert word_in.sentences([{"code": "images", "count": 2, "names": ["流程图"]}]) == (
        "图片 2 幅未导入（流程图），需要的请另作附件。",
    )


def upload(raw: bytes, name: str = "稿.docx") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, raw)


GOOD = docx(
    p("关于做好归档工作的通知")
    + p("各单位龘：")
    + table(tr("单位", "件数"), tr("区档案局", "12"))
    + p("特此通知。", picture("印章"))
)


def test_a_file_is_examined_and_read_in_a_process_of_its_own(tmp_path):
    before = set(settings.EGOV_TMP_DIR.iterdir())
    taken = word_in.take(upload(GOOD))
    assert taken.lines == ("关于做好归档工作的通知", "各单位龘：", "单位\t件数", "区档案局\t12", "特此通知。")
    assert taken.told == ("图片 1 幅未导入（印章），需要的请另作附件。",)
    assert set(settings.EGOV_TMP_DIR.iterdir()) == before  # nothing is kept


@pytest.mark.parametrize(
    ("raw", "name", "words"),
    [
        (b"", "稿.docx", "文件是空的"),
        (b"PK\x03\x04 torn", "稿.docx", "不能导入"),
        (GOOD, "稿.doc", "另存为 .docx"),
        (GOOD[:-40], "稿.docx", "不能导入"),
        (docx(p("秘密★1年")), "稿.docx", "密级"),
        (docx(p("正文。", gone("机密★5年"))), "稿.docx", "修订痕迹、隐藏文字"),
        (docx(p("正文。", r("绝密★", "<w:vanish/>"))), "稿.docx", "修订痕迹、隐藏文字"),
        (docx(p(picture("图"))), "稿.docx", "没有可导入的文字"),
        (docx("<w:altChunk/>"), "稿.docx", "altChunk"),
    ],
    ids=["empty", "torn", "doc", "cut off", "secret", "secret in a change", "secret and hidden", "picture", "foreign"],
)
def test_a_refused_file_gets_a_sentence(raw, name, words):
    with pytest.raises(Refused) as refused:
        word_in.take(upload(raw, name))
    assert words in str(refused.value)


def test_a_text_without_end_or_a_bomb_ends_the_reader_and_not_the_site(tmp_path):
    path = tmp_path / "长.docx"
    path.write_bytes(docx(p("字" * 500_000)))
    assert read(str(path)) == {"fault": "too-long"}
    with pytest.raises(Refused, match="文字过长"):
        word_in.read(path, "长.docx")
    deep = tmp_path / "深.docx"
    deep.write_bytes(docx("<w:sdt><w:sdtContent>" * 200 + p("深") + "</w:sdtContent></w:sdt>" * 200))
    assert read(str(deep)) == {"lines": [], "told": [{"code": "too_deep", "count": 1, "names": []}]}
    (tmp_path / "坏.docx").write_bytes(b"no zip")
    done = subprocess.run(command("word", tmp_path / "坏.docx"), capture_output=True, check=True)
    assert json.loads(done.stdout)["fault"] == "damaged" and sys.executable and ROOT


@pytest.fixture
def at(people):
    def enter(who: str) -> Client:
        client = Client()
        client.force_login(people[who], backend="django.contrib.auth.backends.ModelBackend")
        return client

    return enter


def sent(units, **fields) -> dict:
    return {
        "unit": units["D07"].pk, "doc_type": "notice", "title": "", "routing_direction": "down", "note": "内部使用",
        "security_class": "public", "main": [units["D09"].pk], "body": "原有文字。", "disclosure_attr": "on_request",
        "print_copies": "1", "word": upload(GOOD), "word_place": "append", **fields,
    }  # fmt: skip


def ticket(person):
    return form_drafts.Ticket(person.pk, "document:draft", "/documents/draft/", uid=form_drafts._mint(person))


@pytest.mark.django_db
def test_the_text_lands_in_the_form_unsaved_behind_what_was_typed(at, people, units):
    mine = ticket(people["D07:officer"])
    response = at("D07:officer").post(reverse("documents:word_new"), sent(units, form_ticket=mine.signed()))
    page = response.content.decode()
    assert response.status_code == 200
    assert "原有文字。\n各单位龘：\n单位\t件数\n区档案局\t12\n特此通知。</textarea>" in page
    assert 'value="关于做好归档工作的通知"' in page and 'value="内部使用"' in page
    assert "图片 1 幅未导入（印章）" in page and "已填入标题" in page and "接在原有文字（5 字）之后" in page
    assert not Document.objects.unguarded("a test looks").exists() and not AuditEvent.objects.exists()
    kept = form_drafts.content_of(FormDraft.objects.unguarded("a test looks").get())
    assert kept["body"].startswith("原有文字。\n各单位") and kept["note"] == "内部使用"  # a closed window loses nothing


@pytest.mark.parametrize(
    ("typed", "lines", "left", "said"),
    [
        (
            "关于做好归档工作的通知",
            ["关于做好归档工作的通知", "", "各有关单位：", "正文。"],
            "正文。",
            "首行与标题相同",
        ),
        (
            "关于做好归档工作的通知",
            ["关于做好", "归档工作的通知", "各有关单位：", "正文。"],
            "正文。",
            "首行与标题相同",
        ),
        (
            "",
            ["关于做好归档工作的通知", "各街道办事处、镇人民政府：", "正文。"],
            "正文。",
            "主送行“各街道办事处、镇人民政府：”",
        ),
        (
            "关于别的事项的通知",
            ["关于做好归档工作的通知", "各有关单位：", "正文。"],
            "关于做好归档工作的通知\n各有关单位：\n正文。",
            "共",
        ),
        ("", ["关于做好归档工作的通知", "现将情况通报如下：", "正文。"], "现将情况通报如下：\n正文。", "已填入标题"),
    ],
)
def test_title_and_receivers_of_the_file_do_not_stand_on_the_page_twice(typed, lines, left, said):
    taken = word_in.Taken("稿.docx", tuple(lines), ())
    merged = word_in.put_in(MultiValueDict({"title": [typed], "body": [""]}), taken, replaces=False)
    assert merged.typed["body"] == left and said in "".join(merged.told)
    assert merged.typed["title"] == (typed or lines[0])


@pytest.mark.django_db
def test_replacing_shows_the_former_text_and_a_refusal_keeps_everything(at, people, units):
    document = draft(people)
    address, client = reverse("documents:word", args=[document.uid]), at("D07:officer")
    page = client.post(address, sent(units, word_place="replace", title="关于自拟标题的通知")).content.decode()
    assert "被替换的原文（5 字）" in page and 'value="关于自拟标题的通知"' in page
    assert (
        ">\n关于做好归档工作的通知\n各单位龘：" in page
    )  # the title that was typed stays, the file's first line is text
    refused = client.post(address, sent(units, word=upload(b"", "空.docx")))
    assert refused.status_code == 422
    assert "文件是空的" in refused.content.decode() and "原有文字。</textarea>" in refused.content.decode()
    none = sent(units)
    del none["word"]
    assert "请先选择一个 Word 文件" in client.post(address, none).content.decode()
    document.refresh_from_db()
    assert document.version == 1 and "原有文字" not in document.body
