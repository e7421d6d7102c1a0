"""验章 tells beside the seal what has become of the paper, as far as the visitor may know it."""

from io import BytesIO

import pytest
from django.urls import reverse

from documents import pages
from documents.after_checking import NOT_IN_FORCE
from files.store import path_of
from tests.documents.exchanged import at, browser, correction, recall
from tests.made import STEPS, brought_to, take

pytestmark = pytest.mark.django_db
REPLACED, UNSEALED, VOIDED = "由更正件替换", "用印已撤销", "已作废"


def checked(people, who: str, data: bytes) -> str:
    upload = BytesIO(data)
    upload.name = "来件.pdf"
    answer = browser(people, who).post(reverse("documents:check_seal"), {"file": upload})
    return answer.content.decode().split("<main")[1]


def bytes_of(document) -> bytes:
    return path_of(pages.page_of(document).stored_file).read_bytes()


def replaced(document, people) -> None:
    made = correction(document, by=people["D07:clerk"])
    for step, post in STEPS:
        take(made, step, people["D07:clerk"] if step == "submit" else people[f"D07:{post}"], note="同意。")


@pytest.mark.parametrize(
    ("last", "end", "said"),
    [
        ("dispatch", replaced, REPLACED),
        ("seal", lambda one, people: take(one, "unseal", people["D07:seal_keeper"], note="印章盖斜。"), UNSEALED),
        ("seal", lambda one, people: take(one, "void_sealed", people["D07:leader"], note="不再发出。"), VOIDED),
        ("dispatch", lambda one, people: recall(one, people, at(one, "D09")), "已全部收回"),
    ],
)
def test_a_valid_seal_on_a_paper_that_counts_no_more_is_told_as_such(people, last, end, said):
    document = brought_to(last, people)
    data = bytes_of(document)
    before = checked(people, "D07:clerk", data)
    assert "印章有效" in before and said not in before
    end(document, people)
    own, strange = checked(people, "D07:clerk", data), checked(people, "D15:officer", data)
    assert "印章有效" in own and said in own
    assert "印章有效" in strange and NOT_IN_FORCE in strange
    assert said not in strange and document.title not in strange


def test_a_receiver_is_led_to_the_correction_that_his_unit_got(people):
    document = brought_to("dispatch", people)
    data = bytes_of(document)
    take(at(document, "D09"), "sign_for", people["D09:clerk"])
    replaced(document, people)
    made = document.corrections.unguarded("a test looks").get()
    html = checked(people, "D09:clerk", data)
    assert REPLACED in html and at(made, "D09").get_absolute_url() in html
    assert REPLACED not in checked(people, "D09:clerk", bytes_of(made))
