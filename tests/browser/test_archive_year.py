"""The archivist's year in a browser: checked, mended, late, fixed, bound and printed."""

import os
import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from archive.models import Box, Record, YearFixed
from tests.browser.conftest import ARTIFACTS
from tests.browser.helpers import enter, is_sound, send, tab_to
from tests.made import brought_to, take

pytestmark = [pytest.mark.django_db(transaction=True, databases=["default", "portal"]), pytest.mark.browser]


def filed(people, title: str) -> Record:
    document = take(brought_to("dispatch", people, title=title), "complete", people["D07:clerk"], retention_code="Y")
    return Record.objects.unguarded("a test looks").get(document=document)


def open_by_keyboard(page, title: str) -> None:
    """From the desk's list: J to the first line, Enter."""
    page.keyboard.press("j")
    expect(page.get_by_role("link", name=title)).to_be_focused()
    enter(page)


def mend_the_date(page, picture) -> None:
    """更正 by keyboard alone."""
    tab_to(page, "更正")
    enter(page)
    is_sound(page, picture, "year-correct")
    page.get_by_label("日期").focus()
    page.keyboard.press("Control+a")
    page.keyboard.type("2026-11-03")
    page.get_by_label("更正理由").focus()
    page.keyboard.type("落款日期看错")
    tab_to(page, "更正", tag="BUTTON")
    enter(page)
    expect(page.get_by_text("已更正")).to_be_visible()


def mend_the_file(page, picture, tmp_path) -> None:
    page.get_by_role("link", name="更换文件").click()
    page.get_by_label("更换哪一个").select_option(index=1)
    scan = tmp_path / "正文.txt"
    scan.write_text("更换后的正文", encoding="utf-8")
    page.get_by_label("文件", exact=True).set_input_files(scan)
    page.locator("#files").get_by_label("理由").fill("扫描件放错")
    send(page.get_by_role("button", name="归入文件"))
    expect(page.get_by_text("原来的一份保留为旧版本")).to_be_visible()
    is_sound(page, picture, "year-record")
    page.get_by_role("link", name="变更记录（原来与改后）").click()
    expect(page.get_by_role("row", name=re.compile("日期.*2026-11-03.*落款日期看错"))).to_be_visible()
    is_sound(page, picture, "year-history")


def enter_late(page, picture, year: int) -> None:
    page.get_by_role("link", name="补充归档一件").click()
    is_sound(page, picture, "year-enter")
    page.get_by_label("题名").fill("关于迟到文件的函")
    page.get_by_label("年度").fill(str(year))
    page.get_by_label("保管期限").select_option("Y")
    page.get_by_label("页数").fill("2")
    page.get_by_label("仅有纸质件，没有电子文件").check()
    page.get_by_label("补充归档理由").fill("夹在别卷中")
    page.get_by_label("发现日期").fill(timezone.localdate().isoformat())
    page.get_by_label("批准人", exact=True).select_option("区信息委领导")
    send(page.get_by_role("button", name="归档", exact=True))
    expect(page.get_by_text("已归档，档号")).to_be_visible()


def bound(page, picture, year: int) -> None:
    """The paper registered, boxed, its 备考表 written."""
    page.goto("/records/paper/")
    is_sound(page, picture, "year-owed")
    for box in page.get_by_role("checkbox", name="选择").all():
        box.check()
    send(page.get_by_role("button", name="登记纸质件"))
    page.goto(f"/records/boxes/?year={year}")
    send(page.get_by_role("button", name="按厚度装盒"))
    expect(page.get_by_text("已装盒，用盒 1 个。")).to_be_visible()
    is_sound(page, picture, "year-boxes")
    page.get_by_role("link", name="第1盒").click()
    page.get_by_label("存放位置").fill("2 库 3 架 4 层")
    page.get_by_label("整理人").fill("档案员")
    send(page.get_by_role("button", name="保存"))
    is_sound(page, picture, "year-box")


def printed(page, year: int) -> None:
    """Catalogue with cover, 归档章, 备考表, spine; asked for beside the page, which a download would leave half way."""
    page.goto(f"/records/boxes/?year={year}")
    form = page.locator("form", has=page.get_by_role("button", name="打印 PDF"))
    for what in ("归档文件目录（带封面）", "归档章标签", "备考表", "盒脊"):
        page.get_by_label("打印", exact=True).select_option(label=what)
        address = form.evaluate("one => `${one.action}?as=pdf&${new URLSearchParams(new FormData(one))}`")
        answer = page.request.get(address)
        assert answer.headers["content-type"] == "application/pdf" and answer.body().startswith(b"%PDF"), what
        kept(what, answer.body())


def kept(name: str, pdf: bytes) -> None:
    """The form beside the pictures, when these are wanted."""
    if os.environ.get("EGOV_PICTURES"):
        ARTIFACTS.mkdir(exist_ok=True)
        (ARTIFACTS / f"year-{name}.pdf").write_bytes(pdf)


def test_self_filed_are_checked_mended_fixed_bound_and_printed(sign_in, people, picture, tmp_path):
    wrong, right = filed(people, "关于日期有误的通知"), filed(people, "关于内容无误的通知")
    page, year = sign_in(people["D07:archivist"]), timezone.localdate().year
    page.goto("/records/desk/?tab=unchecked")
    is_sound(page, picture, "year-desk")
    open_by_keyboard(page, wrong.title)
    mend_the_date(page, picture)
    mend_the_file(page, picture, tmp_path)
    page.goto("/records/desk/?tab=unchecked")
    for record in (wrong, right):
        page.get_by_role("checkbox", name=f"勾选{record.title}").check()
    send(page.get_by_role("button", name="核对无误"))
    expect(page.get_by_text("2 件已核对无误")).to_be_visible()
    page.goto(f"/records/years/{year}/")
    is_sound(page, picture, "year-before")
    page.locator("summary", has_text="整理完毕，定号").click()
    send(page.get_by_role("button", name="确定定号"))
    expect(page.get_by_text("档号已固定")).to_be_visible()
    is_sound(page, picture, "year-fixed")
    enter_late(page, picture, year)
    late = Record.objects.unguarded("a test looks").get(title="关于迟到文件的函")
    assert late.late_reason == "夹在别卷中" and YearFixed.objects.get(year=year, reopened_at=None).items == 2
    bound(page, picture, year)
    printed(page, year)
    assert Box.objects.get().items.count() == 3
    page.goto("/records/registers/")
    is_sound(page, picture, "year-registers")
    page.get_by_role("link", name=re.compile(f"{year} 年")).first.click()
    expect(page.get_by_role("heading", name="电子文件归档登记表")).to_be_visible()
    is_sound(page, picture, "year-register")
