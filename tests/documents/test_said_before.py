"""What an act will do is said before it is pressed: the number that comes, the one that becomes void, the receivers."""

import pytest
from django.urls import reverse

from documents.after_seal import WHO_ELSE
from documents.models import Document
from documents.said_before import of_voiding, said_before
from documents.side_acts import SIDE_ACTS
from tests.forms import send_form
from tests.made import brought_to, draft, take
from tests.transfer.stock import browser
from tests.units.test_form_drafts import filled, rows, shown

pytestmark = pytest.mark.django_db


def page_of(person, document) -> str:
    return browser(person).get(document.get_absolute_url()).content.decode()


def test_编号_shows_the_coming_number_and_takes_it(people):
    document = brought_to("approve", people)
    told = said_before("number", document)
    assert told in page_of(people["D07:clerk"], document)
    take(document, "number", people["D07:clerk"])
    assert told.startswith(f"将编为{document.doc_number}（")


def test_作废字号_names_the_number_and_the_next_one_before_it_is_pressed(people):
    document = brought_to("number", people)
    former, told = document.doc_number, of_voiding(document)
    assert told in page_of(people["D07:clerk"], document) and told.startswith(f"公文继续办理，只将作废{former}，改用")
    SIDE_ACTS.perform("void_number", document, by=people["D07:clerk"], note="编错")
    document.refresh_from_db()
    assert f"改用{document.number_seq}号" in told


def test_a_letter_a_minutes_and_an_order_are_told_in_their_own_series(people):
    document = brought_to("approve", people, doc_type="minutes")
    told = said_before("number", document)
    take(document, "number", people["D07:clerk"])
    assert document.doc_number.endswith("期") and told.startswith(f"将编为{document.doc_number}（")


def test_分发_says_to_whom(people):
    document = brought_to("seal", people, to=("D09", "D15"))
    assert said_before("dispatch", document) == f"将发给：主送区民政局、区卫生局。{WHO_ELSE}"
    assert "将发给：主送区民政局、区卫生局。" in page_of(people["D07:clerk"], document)


def test_an_act_that_says_all_by_its_name_is_told_nothing_more(people):
    assert said_before("submit", draft(people)) == ""


@pytest.mark.parametrize("grade", ["secret", "confidential", "top_secret"])
def test_a_refused_grade_never_asks_to_copy_the_text_and_is_warned_of_in_the_choice(people, units, grade):
    client = browser(people["D07:officer"])
    address = reverse("documents:draft")
    page = shown(client.get(address))
    assert "本系统不得处理涉密文件" in page and page.count("（本系统不得处理）") >= 3
    answer = send_form(client, address, filled(client, units, security_class=grade))
    assert answer.status_code == 422 and "请立即停止录入" in shown(answer)
    assert "复制" not in shown(answer) and "已经保留" not in shown(answer)
    assert not rows().exists() and not Document.objects.unguarded("a test looks").exists()
