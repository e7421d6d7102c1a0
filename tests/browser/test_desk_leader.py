"""Issue 12, points 3, 7, 9: a deputy signs and returns on a phone, a leader delegates; units are chosen by keyboard."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from documents.models import Document
from tests import awkward
from tests.browser.conftest import ARTIFACTS, DESKTOP, PHONE
from tests.browser.helpers import SIDEWAYS, enter, faults, send, tab_to
from tests.browser.test_one_document import press
from tests.cast import PASSWORD
from tests.made import BODY, brought_to, registered, take
from units.calendar import WorkingCalendar
from units.delegations import delegate
from units.models import Delegation, Post
from units.unit_groups import save

pytestmark = [pytest.mark.django_db(transaction=True, databases=["default", "portal"]), pytest.mark.browser]
TODAY = timezone.localdate
SMALL = """[...document.querySelectorAll(`main button, main .button, main summary, main select, main textarea,
  main input:not([type=hidden]):not([type=checkbox]):not([type=radio])`)]
  .filter((one) => one.offsetParent && one.getBoundingClientRect().height < 43.5)
  .map((one) => one.outerHTML.slice(0, 120))"""


def documents():
    return Document.objects.unguarded("a test looks")


def on_phone(page):
    page.set_viewport_size(PHONE)
    page.reload()
    return page


def deputy_of(people):
    delegate(
        people["D07:leader"], people["D07:archivist"], Post.objects.get(unit__code="D07", kind="leader"),
        by=people["D07:clerk"], starts_on=TODAY(), ends_on=TODAY() + timedelta(3), reason="出差",
    )  # fmt: skip
    return people["D07:archivist"]


def test_a_deputy_signs_and_returns_on_a_phone(sign_in, people, picture):
    signed = brought_to("check", people, title="关于做好防汛工作的通知")
    returned = brought_to("check", people, title="关于报送统计数据的通知")
    page = on_phone(sign_in(deputy_of(people)))
    page.goto("/leader/")
    picture(page, "90-leader")
    page.set_viewport_size(PHONE)
    assert faults(page) == [] and page.evaluate(SMALL) == []
    page.get_by_role("link", name=signed.title).click()
    text = page.locator(".reading p").nth(1)
    assert float(text.evaluate("one => parseFloat(getComputedStyle(one).fontSize)")) >= 16
    assert text.bounding_box()["y"] < page.locator("#act-approve").bounding_box()["y"]
    expect(page.locator("#layout")).not_to_be_visible()
    assert page.evaluate(SMALL) == []
    bar = page.locator(".bar a", has_text="签发")
    box = bar.bounding_box()
    assert box["height"] >= 44 and box["y"] > PHONE["height"] - 120  # in reach of the thumb, wherever the page stands
    page.screenshot(path=ARTIFACTS / "91-leader-document-390.png")
    page.get_by_role("link", name="看版面").click()
    expect(page.locator("#layout")).to_be_visible()
    bar.click()
    bar.wait_for(state="hidden")  # at the form itself only the button signs
    page.screenshot(path=ARTIFACTS / "91-leader-form-390.png")
    send(page.locator("#act-approve").get_by_role("button", name="签发", exact=True))
    page.goto("/leader/")
    page.get_by_role("link", name=returned.title).click()
    page.locator(".bar a", has_text="退回").click()
    back = page.locator("#act-send_back")
    back.get_by_role("button", name="格式不符合规定，请更正。").click()
    back.get_by_role("button", name="请补充依据材料后再报。").click()  # in place of the other
    assert back.get_by_label("退回理由").input_value() == "请补充依据材料后再报。"  # seen before it is anybody's word
    send(back.get_by_role("button", name="退回", exact=True))
    said = f"{people['D07:archivist'].name}（代{people['D07:leader'].name}）"
    signed, returned = documents().get(pk=signed.pk), documents().get(pk=returned.pk)
    assert (signed.state, signed.signed_by) == ("approved", said)
    assert (returned.state, returned.was_returned) == ("drafting", True)


def test_a_leader_delegates_next_week_on_a_phone_and_prints_on_one_sheet(sign_in, people, picture):
    document = brought_to("check", people)
    page = sign_in(people["D07:leader"])
    page.wait_for_url("**/leader/")
    assert _sheets(page) == 1
    page.goto(document.get_absolute_url())
    assert _sheets(page) == page.locator(".paper svg").count() == 2  # both sides of one leaf, nothing else
    page.goto("/leader/")
    on_phone(page)
    page.get_by_role("link", name="安排代理").click()
    page.get_by_role("button", name="下周", exact=True).click()
    page.get_by_role("button", name="出差", exact=True).click()
    page.get_by_label("代理人", exact=True).select_option(str(people["D07:archivist"].pk))
    picture(page, "92-deputies")
    page.set_viewport_size(PHONE)
    assert page.evaluate(SMALL) == []
    send(page.get_by_role("button", name="安排代理"))
    expect(page.get_by_text("不宜再由其归档").first).to_be_visible()
    page.get_by_label("仍由其代理").check()
    send(page.get_by_role("button", name="安排代理"))
    monday = TODAY() + timedelta(7 - TODAY().weekday())
    row = Delegation.objects.get()
    assert (row.starts_on, row.ends_on, row.reason) == (monday, monday + timedelta(6), "出差")
    page.get_by_role("button", name="大字").click()
    page.wait_for_selector("html.large")


def _sheets(page) -> int:
    return page.pdf(format="A4").count(b"/Type /Page\n")


def test_units_are_chosen_by_keyboard_alone(sign_in, people, units, picture):
    save(None, unit=units["D07"], name="两局", members=[units["D09"], units["D15"]], by=people["D07:clerk"])
    page = sign_in(people["D07:officer"])
    page.goto("/documents/draft/")
    page.get_by_label("标题", exact=True).fill("关于键盘选择的通知")
    page.get_by_role("combobox", name="抄送单位：").focus()
    page.keyboard.type("qda")  # 区档案局 by its first letters
    page.keyboard.press("Enter")
    page.get_by_role("combobox", name="主送单位：").focus()
    page.keyboard.type("minzheng")
    page.keyboard.press("Enter")
    page.keyboard.type("D30")  # in the other box already: told at once
    page.keyboard.press("Enter")
    assert "已在“抄送单位”中" in page.locator("fieldset", has_text="主送单位").locator("[role=status]").inner_text()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    picture(page, "93-chooser", phone=False)
    assert faults(page) == []
    page.keyboard.press("Escape")
    tab_to(page, "两局（2）", tag="BUTTON")
    page.keyboard.press("Enter")
    chips = page.get_by_role("list", name="主送单位：已选").get_by_role("listitem")
    assert [one.inner_text().strip().rstrip("×").strip() for one in chips.all()] == ["区民政局", "区卫生局"]
    page.keyboard.press("Backspace")  # the focus is in the box again: the first marks, the second removes
    assert chips.count() == 2
    page.keyboard.press("Backspace")
    assert chips.count() == 1
    page.locator("#id_body").fill(BODY)
    tab_to(page, "保存草稿", tag="BUTTON")
    enter(page)
    found = documents().get(title="关于键盘选择的通知").addressees
    assert [(one.kind, one.name) for one in found.order_by("position")] == [
        ("main", "长宁区民政局"),
        ("cc", "长宁区档案局"),
    ]


def test_a_draft_with_two_files_to_a_group_takes_twelve_clicks_at_most(sign_in, people, units, picture):
    save(
        None,
        unit=units["D07"],
        name="三局",
        members=[units[code] for code in ("D09", "D15", "D30")],
        by=people["D07:clerk"],
    )
    page, clicks = sign_in(people["D07:officer"]), []

    def click(one) -> None:
        clicks.append(one)
        one.click()

    click(page.get_by_role("link", name="拟稿", exact=True))
    page.wait_for_url("**draft=**")
    click(page.get_by_label("标题", exact=True))
    page.keyboard.type("关于报送年度计划的通知")
    click(page.get_by_role("group", name="主送单位：成组选择").get_by_role("button", name="三局（3）"))
    click(page.locator("#id_body"))
    page.keyboard.insert_text(BODY)
    page.set_viewport_size(PHONE)
    picture(page, "94-draft")
    with page.expect_navigation():
        click(page.get_by_role("button", name="保存草稿"))
    for name in ("计划表.png", "说明.png"):
        with page.expect_file_chooser() as chosen:
            click(page.get_by_label("选择文件"))
        chosen.value.set_files({"name": name, "mimeType": "image/png", "buffer": awkward.png()})
        with page.expect_navigation():
            click(page.get_by_role("button", name="添加附件"))
    with page.expect_navigation():
        click(page.locator("#act-submit").get_by_role("button", name="送审"))
    document = documents().get(title="关于报送年度计划的通知")
    assert (document.state, document.addressees.count(), document.attachments.count()) == ("in_review", 3, 2)
    assert len(clicks) <= 12


def test_the_plain_list_works_without_a_script(browser, live_server, people, units):
    context = browser.new_context(java_script_enabled=False, base_url=live_server.url, viewport=PHONE)
    page = context.new_page()
    page.goto("/sign-in/")
    page.get_by_label("用户名").fill(people["D07:officer"].username)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.goto("/documents/draft/")
    page.get_by_label("标题", exact=True).fill("关于名单选择的通知")
    box = page.locator("fieldset[data-choose=main]")
    box.locator("summary").click()
    box.get_by_label("区民政局").check()
    page.locator("#id_body").fill(BODY)
    page.get_by_role("button", name="保存草稿").click()
    assert documents().get(title="关于名单选择的通知").addressees.get().name == "长宁区民政局"


IN_SIGHT = """(one) => {
  const box = one.getBoundingClientRect();
  const met = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
  return box.height > 0 && box.top >= 0 && box.bottom <= innerHeight && one.contains(met);
}"""
# the texts that stand lowest once all is scrolled to its end, and are covered by something that is not theirs
COVERED = """() => {
  document.querySelectorAll(".side").forEach((one) => { one.scrollTop = one.scrollHeight; });
  scrollTo(0, document.documentElement.scrollHeight);
  const held = (one) => [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
  const shown = [...document.querySelectorAll("main *, footer *")].filter((one) =>
    held(one) && !one.closest(".bar, button, svg") && one.offsetParent && one.getClientRects().length);
  return [document.querySelector("main"), ...document.querySelectorAll(".side")].flatMap((part) => {
    const bottom = (one) => one.getBoundingClientRect().bottom;
    const last = shown.filter((one) => part.contains(one)).sort((a, b) => bottom(b) - bottom(a))[0];
    const box = last.getClientRects()[last.getClientRects().length - 1];
    const met = document.elementFromPoint(box.left + 3, box.bottom - 3);
    return met && (last.contains(met) || met.contains(last)) ? [] : [last.outerHTML.slice(0, 120)];
  });
}"""


def test_the_act_stays_in_sight_of_a_long_text_and_covers_none(sign_in, people, picture):
    """On the desk its own button, on the phone the bar under the thumb (static/css/acts.css)."""
    document = brought_to("check", people, body=BODY * 40)
    page = sign_in(people["D07:leader"])
    for size, way in ((DESKTOP, "#act-approve button.main"), (PHONE, ".bar a.main")):
        page.set_viewport_size(size)
        page.goto(document.get_absolute_url())
        assert page.evaluate("document.documentElement.scrollHeight > 3 * innerHeight")
        button = page.locator(way)
        expect(button).to_be_visible()
        for share in (0, 0.5, 1):
            page.evaluate("share => scrollTo(0, share * (document.documentElement.scrollHeight - innerHeight))", share)
            assert button.evaluate(IN_SIGHT) or (size is DESKTOP and share == 1), (way, share)
        assert page.evaluate(COVERED) == [], way
    button.click()
    opinion = page.locator("#act-approve textarea")
    opinion.scroll_into_view_if_needed()
    assert opinion.evaluate(IN_SIGHT) and page.locator("#act-approve button.main").evaluate(IN_SIGHT)


def test_a_letter_goes_to_two_departments_each_with_a_limit(sign_in, people, rooms, picture):
    """拟办 by keyboard, 批示 on a phone as it was proposed; 协办 answers, 主办 reports for all, 办结."""
    letter = registered(people, kind="for_action", title="关于核对救助名单的函")
    _propose_by_keyboard(sign_in(people["D09:clerk"]), letter, rooms, picture)
    leader = on_phone(sign_in(people["D09:leader"]))
    leader.goto(letter.get_absolute_url())
    picture(leader, "96-instruct")
    leader.set_viewport_size(PHONE)
    assert faults(leader) == [] and leader.evaluate(SMALL) == [] and leader.evaluate(SIDEWAYS)
    leader.locator("#id_instruct-note").fill("同意拟办意见。")
    send(leader.locator("#act-instruct").get_by_role("button", name="批示", exact=True))
    take(letter, "handle", rooms["甲"])
    helper = sign_in(rooms["乙"])
    helper.goto(letter.get_absolute_url())
    helper.get_by_label("协办意见").fill("名单已核对。")
    press(helper, "填报协办意见")
    lead = sign_in(rooms["甲"])
    lead.goto(letter.get_absolute_url())
    picture(lead, "97-report")
    expect(lead.get_by_text("救助科协办意见：名单已核对。").first).to_be_visible()
    assert faults(lead) == []
    lead.get_by_label("办理结果（综合协办意见）").fill("综合各科意见，已办理完毕。")
    press(lead, "填报办理结果")
    assert documents().get(pk=letter.pk).result == "综合各科意见，已办理完毕。"


def _propose_by_keyboard(page, letter, rooms, picture) -> None:
    page.goto(letter.get_absolute_url())
    tab_to(page, "propose-lead_officer", tag="SELECT")
    names = page.locator("#id_propose-lead_officer option").all_inner_texts()
    for _ in range(names.index("综合科")):
        page.keyboard.press("ArrowDown")
    page.get_by_role("combobox", name="协办：").focus()
    page.keyboard.type("jiuzhu")
    page.keyboard.press("Enter")
    tab_to(page, f"propose-co_limits-d{rooms['救助科'].pk}", tag="INPUT")
    day = WorkingCalendar().after(timezone.localdate(), 3).day
    page.locator(":focus").fill(day.isoformat())  # in which order its parts are typed is the browser's language
    expect(page.locator(".co-limits .counted-day", has_text="第 3 个工作日")).to_be_visible()
    tab_to(page, "propose-note", tag="TEXTAREA")
    page.keyboard.insert_text("拟请综合科主办，救助科协办。")
    picture(page, "95-propose")
    assert faults(page) == []
    tab_to(page, "拟办", tag="BUTTON")
    enter(page)
    expect(page.get_by_text(f"救助科（待批示，拟限 {day:%m-%d} 23:59）")).to_be_visible()
