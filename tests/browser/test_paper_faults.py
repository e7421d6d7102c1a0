"""What a newcomer tripped over at the keyboard: what is asked for is named, nothing goes by one key, and one choice
follows another.
"""

import pytest

from tests.browser.helpers import choose, faults
from tests.made import draft, take

pytestmark = [pytest.mark.django_db(transaction=True, databases=["default", "portal"]), pytest.mark.browser]


def test_a_group_of_choices_is_named_by_its_legend(sign_in, people, units):
    document = draft(people)
    document.countersigners.create(unit=units["D09"])
    take(document, "submit", people["D07:officer"])
    take(document, "check", people["D07:reviewer"], note="同意。")
    page = sign_in(people["D09:leader"])
    page.goto(document.get_absolute_url())
    page.locator("#act-countersign button.main, #act-countersign > button").last.click()
    said = page.locator("#act-countersign .error.missing").first
    said.wait_for()
    assert said.inner_text() == "请选择“会签结论”。"
    phrase, chosen = (
        page.locator("#act-countersign [data-phrase='同意。']"),
        page.locator("#act-countersign input:checked"),
    )
    phrase.click()  # what it says in so many words is the conclusion
    assert chosen.get_attribute("value") == "agreed"
    page.locator("#act-countersign input[value='disagreed']").check()
    phrase.click()
    assert chosen.get_attribute("value") == "disagreed"  # what was chosen stays


def test_backspace_marks_first_and_what_it_removed_comes_back(sign_in, people, units):
    page = sign_in(people["D07:officer"])
    page.goto("/documents/draft/")
    choose(page, "主送单位", "D09", "D15")
    box = page.locator("fieldset.choose", has=page.locator("legend", has_text="主送单位"))
    chips, told = box.locator(".chosen-list li"), box.locator(".told")
    box.get_by_role("combobox").focus()
    page.keyboard.press("Backspace")
    assert chips.count() == 2 and "再按一次退格键移除" in told.inner_text()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Escape")
    page.keyboard.press("Backspace")
    assert chips.count() == 2  # another key in between: the mark is gone
    page.keyboard.press("Backspace")
    assert chips.count() == 1 and "已移除" in told.inner_text()
    told.get_by_role("button", name="恢复").click()
    assert chips.count() == 2 and "已恢复" in told.inner_text()
    assert faults(page) == []


def test_the_way_follows_the_kind_until_it_is_chosen_by_hand(sign_in, people):
    page = sign_in(people["D07:officer"])
    page.goto("/documents/draft/")
    assert page.evaluate("document.activeElement.name") == "title"
    kind, way = page.get_by_label("文种"), page.get_by_label("行文方向")
    for value, wanted in (("request_for_instruction", "up"), ("letter", "parallel"), ("notice", "down")):
        kind.select_option(value)
        assert way.input_value() == wanted, value
    way.focus()
    page.keyboard.press("ArrowUp")  # 上行, by hand
    assert way.input_value() == "up"
    kind.select_option("letter")
    assert way.input_value() == "up"
