"""到期鉴定 in a browser: due list, group, opinions, names, report, approval, 备案, two witnesses, form A.4."""

import os
import re

import pypdfium2 as pdfium
import pytest
from django.utils import timezone
from playwright.sync_api import expect

from archive.models import Appraisal, Record
from archive.states import State
from tests.browser.conftest import ARTIFACTS
from tests.browser.helpers import enter, is_sound, send, tab_to
from tests.transfer.stock import stocked

pytestmark = [pytest.mark.django_db(transaction=True, databases=["default", "portal"]), pytest.mark.browser]
GROUP = (("leader", "分管领导"), ("clerk", "办公室"), ("archivist", "档案员"), ("officer", "业务部门"))


def listed(page, people, picture) -> Appraisal:
    """From the due list to the group of four."""
    page.goto("/records/due/")
    is_sound(page, picture, "disposal-due")
    send(page.get_by_role("button", name="编制鉴定清单"))
    for post, part in GROUP:
        page.get_by_label("成员").select_option(str(people[f"D07:{post}"].pk))
        page.get_by_label("身份").select_option(label=part)
        send(page.get_by_role("button", name="加入鉴定小组"))
    is_sound(page, picture, "disposal-group")
    send(page.get_by_role("button", name="交鉴定小组"))
    return Appraisal.objects.get()


def judge(page, picture) -> None:
    """By keyboard alone: three to be destroyed, the fourth kept on."""
    for ticked, opinion, ground, until in (((1, 2, 3), 1, "无保存价值", 0), ((4,), 2, "仍有查考价值", 1)):
        for place in ticked:
            page.get_by_label(f"选择第 {place} 件").focus()
            page.keyboard.press("Space")
        for label, steps in (("鉴定意见", opinion), ("延长到", until)):
            page.get_by_label(label).focus()
            for _ in range(steps):
                page.keyboard.press("ArrowDown")
        page.get_by_label("鉴定理由").focus()
        page.keyboard.type(ground)
        tab_to(page, "填写鉴定意见", tag="BUTTON")
        enter(page)
        expect(page.get_by_text(re.compile("已填写 . 件的鉴定意见"))).to_be_visible()


def signed_by_all(page, sign_in, people, appraisal, picture) -> None:
    """The report is refused while names are missing; one is excused, the others sign."""
    address = appraisal.get_absolute_url()
    page.goto(address)
    clerk, leader = people["D07:clerk"].name, people["D07:leader"].name
    expect(page.get_by_text(f"待签署：{leader}（分管领导）、{clerk}（办公室）")).to_be_visible()
    send(page.get_by_role("button", name="签署鉴定意见"))
    page.locator("summary", has_text="形成鉴定报告").click()
    page.get_by_label("鉴定报告").fill("到期档案 4 件，销毁 3 件，延长 1 件。")
    send(page.get_by_role("button", name="形成鉴定报告"))
    expect(page.get_by_text(f"还没有签署鉴定意见：{leader}（分管领导）、{clerk}（办公室）")).to_be_visible()
    is_sound(page, picture, "disposal-waits")
    page.locator("summary", has_text="成员免签").click()
    page.get_by_label("免签成员").select_option(label=clerk)
    page.get_by_label("免签理由").fill("长期病假")
    send(page.get_by_role("button", name="免签", exact=True))
    other = sign_in(people["D07:leader"])
    other.goto(address)
    send(other.get_by_role("button", name="签署鉴定意见"))
    page.goto(address)
    page.get_by_label("鉴定报告").fill("到期档案 4 件，销毁 3 件，延长 1 件。")
    send(page.get_by_role("button", name="形成鉴定报告"))
    other.goto(address)
    is_sound(other, picture, "disposal-approve")
    send(other.get_by_role("button", name="批准", exact=True))
    inspector = sign_in(people["D30:inspector"])
    inspector.goto(address)
    send(inspector.get_by_role("button", name="备案", exact=True))


def witnessed(page, sign_in, people, address: str, picture) -> None:
    """The archivist names two, place, day and way; an officer of the group signs, takes it back, signs again."""
    page.goto(address)
    expect(page.get_by_role("button", name="监销签字")).to_have_count(0)
    expect(page.get_by_role("button", name="执行销毁")).to_have_count(0)
    page.get_by_label("监销人", exact=True).select_option(str(people["D07:officer"].pk))
    page.get_by_label("另一监销人").select_option(str(people["D07:clerk"].pk))
    page.get_by_label("计划销毁日").fill(f"{timezone.localdate()}")
    for label, words in (
        ("监销地点", "机房"), ("在线存储内容销毁说明", "从在线存储删除"),
        ("异地容灾备份内容销毁说明", "从异地备份删除"), ("离线存储介质销毁说明", "没有离线介质"),
    ):  # fmt: skip
        page.get_by_label(label).fill(words)
    is_sound(page, picture, "disposal-arrange")
    send(page.get_by_role("button", name="安排监销"))
    officer = sign_in(people["D07:officer"])
    officer.goto(address)
    send(officer.get_by_role("button", name="监销签字"))
    is_sound(officer, picture, "disposal-witness")
    send(officer.get_by_role("button", name="撤回监销签字"))
    expect(officer.get_by_text("已撤回监销签字")).to_be_visible()
    send(officer.get_by_role("button", name="监销签字"))
    clerk = sign_in(people["D07:clerk"])
    clerk.goto(address)
    send(clerk.get_by_role("button", name="监销签字"))


def printed(page, address: str) -> str:
    """The text of form A.4; kept beside the pictures when these are wanted."""
    answer = page.request.get(f"{address}register.pdf")
    assert answer.headers["content-type"] == "application/pdf"
    if os.environ.get("EGOV_PICTURES"):
        ARTIFACTS.mkdir(exist_ok=True)
        (ARTIFACTS / "disposal-a4.pdf").write_bytes(answer.body())
    with pdfium.PdfDocument(answer.body()) as opened:
        return "".join("".join(one.get_textpage().get_text_bounded().split()) for one in opened)


def test_disposal_with_two_witnesses(sign_in, people, picture):
    """Shows: 4.6, A.4"""
    stocked(people, 4, year=2012, retention="D10", is_checked=True)
    page = sign_in(people["D07:archivist"])
    appraisal = listed(page, people, picture)
    address = appraisal.get_absolute_url()
    officer = sign_in(people["D07:officer"])
    officer.goto(address)
    is_sound(officer, picture, "disposal-judge")
    judge(officer, picture)
    signed_by_all(page, sign_in, people, appraisal, picture)
    witnessed(page, sign_in, people, address, picture)
    page.goto(address)
    is_sound(page, picture, "disposal-destroy")
    page.get_by_label("销毁件数").fill("3")
    send(page.get_by_role("button", name="执行销毁"))
    expect(page.get_by_text("已执行销毁")).to_be_visible()
    is_sound(page, picture, "disposal-done")
    text = printed(page, address)
    wanted = ("电子档案销毁登记表", "销毁授权", "共3件", "从异地备份删除", people["D07:clerk"].name,
              people["D07:leader"].name, people["D07:officer"].name)  # fmt: skip
    assert [one for one in wanted if one not in text] == []
    assert Record.objects.unguarded("a test looks").filter(state=State.DESTROYED).count() == 3
