"""A citizen on a phone without JavaScript: a phrase of a current document, a number in wrong brackets, a question."""

import pytest

from documents import current
from documents.states import Disclosure
from tests.browser.conftest import PHONE
from tests.made import accessioned, brought_to, decided

pytestmark = [pytest.mark.django_db(transaction=True, databases=["default", "portal"]), pytest.mark.browser]

BODY = "自2027年1月1日起，沿街商铺门前停放非机动车，须停入划线区域。\n违者由街道城管中队劝离。"


@pytest.fixture
def phone(context, live_server):
    made = context.browser.new_context(
        viewport=PHONE, locale="zh-CN", base_url=live_server.url, java_script_enabled=False, is_mobile=True
    )
    return made.new_page()


@pytest.fixture
def opened(people):
    sent = brought_to("dispatch", people, title="关于规范非机动车停放的通告", body=BODY,
                      disclosure_attr=Disclosure.PROACTIVE)  # fmt: skip
    current.publish(sent, by=people["D07:clerk"], topic="城市管理", summary="沿街停车的规定")
    marriage = "婚姻登记档案由区档案馆保管，当事人凭身份证件到查阅大厅办理，当日可取。"
    return decided(accessioned(people, title="关于查阅婚姻登记档案的通知", body=marriage), "open", people)


def asked(page, words: str):
    """What the first hit says, after `words` were typed into the box of the front page."""
    page.goto("/portal/")
    page.get_by_role("searchbox").fill(words)
    page.get_by_role("button", name="检索", exact=True).click()
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    return page.locator(".hits li").first


def test_a_citizen_finds_what_is_asked_for(phone, opened):
    phrase = asked(phone, "须停入划线区域")
    assert "关于规范非机动车停放的通告" in phrase.inner_text()
    phrase.get_by_role("link").first.click()
    assert "须停入划线区域" in phone.locator("main").inner_text()

    number = opened.doc_number.replace("〔", "(").replace("〕", "】")
    assert opened.title in asked(phone, number).inner_text()

    question = asked(phone, "请问查阅婚姻登记档案要带什么证件？")
    assert opened.title in question.inner_text() and "最接近的是" in phone.locator("main").inner_text()
    question.get_by_role("link").first.click()
    assert opened.title in phone.get_by_role("heading", level=1).inner_text()
