"""Before 删除草稿, 作废, 作废字号, 办结, 收回 and a batch of 签发: what stays, what goes, who is still at work."""

import pytest
from django.urls import reverse

from tests.documents.exchanged import at, browser, page
from tests.made import brought_to, draft, registered, take

pytestmark = pytest.mark.django_db


def shown(people, who: str, document) -> str:
    return page(people, who, document).content.decode()


def test_the_ways_to_end_a_draft_or_paper_say_what_stays_and_what_goes(people):
    html = shown(people, "D07:officer", draft(people))
    assert "从未送出的草稿连同附件从各列表中删去" in html and "都保留备查" in html
    numbered = brought_to("number", people)
    html = shown(people, "D07:clerk", numbered)
    assert f"整件不再印发；{numbered.doc_number}随之作废" in html and "公文继续办理，只将作废" in html
    assert "用印随之作废" in shown(people, "D07:leader", brought_to("seal", people))


def test_办结_stands_folded_with_the_reason_while_主办_is_at_work(people):
    delivery = registered(people, kind="for_action")
    take(delivery, "propose", people["D09:reviewer"], note="请领导批示。")
    take(delivery, "instruct", people["D09:leader"], note="办。")
    take(delivery, "handle", people["D09:officer"])
    html = shown(people, "D09:clerk", delivery)
    assert "主办尚未填报办理结果" in html
    (form,) = [one for one in html.split("<form") if 'id="act-complete"' in one]
    assert 'class="main"' not in form.split("</form>")[0]


def test_收回_names_who_has_opened_it(people):
    sent = brought_to("dispatch", people, to=("D09", "D15"))
    shown(people, "D15:clerk", at(sent, "D15"))
    html = shown(people, "D07:clerk", sent)
    assert "区民政局（未打开）" in html and "区卫生局（已打开）" in html


def test_a_batch_of_签发_marks_what_was_read_and_offers_the_same_words(people):
    read, unread = (brought_to("check", people, title=f"关于{n}的通知") for n in ("甲", "乙"))
    leader = browser(people, "D07:leader")
    single = leader.get(read.get_absolute_url()).content.decode()
    data = {"act": "approve", "document": [str(read.uid), str(unread.uid)], "from": "/waiting/"}
    html = leader.post(reverse("documents:many"), data).content.decode().split("<main")[1]
    listed = html.split('<ol class="chosen">')[1].split("<li>")
    assert read.get_absolute_url() in listed[1] and "已阅看" in listed[1]
    assert unread.get_absolute_url() in listed[2] and "未阅看" in listed[2]
    assert unread.get_absolute_url() in html.split('<ul class="chosen">')[1].split("</ul>")[0]
    assert "同意发文。</textarea>" not in html + single  # nobody has said it yet
    assert 'data-phrase="同意发文。"' in html and 'data-phrase="同意发文。"' in single
