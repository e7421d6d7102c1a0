"""Issue B: whose act it was, who may act, and what is kept of what was said."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from documents import actions, pages
from documents.conditions import may_be_answered
from documents.inputs import CirculateInput
from documents.models import Document, Rendition
from documents.side_acts import SIDE_ACTS
from documents.states import AddresseeKind, State
from files.store import keep, land_bytes, path_of
from tests.made import brought_to, draft, registered, take
from tests.scenarios.owner import unwatched
from units.access import forget_standing
from units.models import Appointment, AuditEvent, Delegation, Post, Task
from units.workflow import Refused

pytestmark = pytest.mark.django_db


def also(person, unit, kind) -> Appointment:
    """A second post of the same person."""
    post = Post.objects.get(unit=unit, kind=kind)
    made = Appointment.objects.create(user=person, post=post, starts_on="2020-01-01")
    forget_standing(person)
    return made


def browser(person) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def events(document, verb):
    return AuditEvent.objects.of(document).filter(verb=verb)


# B1: the post that gave the right


def test_sealing_is_written_under_the_seal_keepers_post_whatever_the_person_holds_besides(people, units):
    keeper = people["D07:seal_keeper"]
    clerk_post = also(keeper, units["D07"], "clerk")
    keeper.acting = clerk_post
    document = brought_to("seal", people)
    assert events(document, "seal").get().post == "监印人"


def test_a_countersigner_with_two_posts_is_written_into_the_unit_that_was_asked(people, units):
    person = people["D07:reviewer"]
    also(person, units["D09"], "leader")
    person.acting = person.appointments.get(post__unit=units["D07"])
    document = draft(people)
    document.countersigners.create(unit=units["D09"])
    take(document, "submit", people["D07:officer"])
    take(document, "check", person)
    take(document, "countersign", person, note="同意。")
    event = events(document, "countersign").get()
    assert (event.post, event.unit.code) == ("领导", "D09")
    assert document.opinions.get(kind="countersign").post == "区民政局 领导"
    assert events(document, "check").get().post == "核稿人"


def test_a_post_chosen_in_the_header_that_does_not_fit_is_not_written(people, units):
    clerk = people["D09:clerk"]
    reviewer = also(clerk, units["D09"], "reviewer")
    sent = brought_to("dispatch", people)
    delivery = sent.deliveries.unguarded("a test looks").get()
    client = browser(clerk)
    client.post(reverse("units:act_as"), {"appointment": str(reviewer.pk)})
    client.post(reverse("documents:act", args=[delivery.uid, "sign_for"]))
    delivery.refresh_from_db()
    assert delivery.state == State.SIGNED_FOR
    assert events(delivery, "sign_for").get().post == "文书"


def test_the_chosen_post_breaks_ties_only_among_those_that_give_the_right(people, units):
    person = people["D07:clerk"]
    also(person, units["D07"], "archivist")
    also(person, units["D07"], "reviewer")  # may propose, as the clerk may
    filed = registered(people, unit="D09")
    assert events(filed, "register").get().post == "文书"


# B4: the bounds of a deputy who signs


def deputy(people, person, given_by) -> None:
    """`person` acts for D07's leader today."""
    leader = people["D07:leader"]
    today = timezone.localdate()
    Delegation.objects.create(
        principal=leader, deputy=person, post=leader.appointments.get().post, starts_on=today, ends_on=today,
        reason="出差", given_by=given_by,
    )  # fmt: skip
    forget_standing(person)


def to_be_signed(people, **fields):
    document = draft(people, **fields)
    take(document, "submit", people["D07:officer"])
    return take(document, "check", people["D07:reviewer"])


def test_a_deputy_signs_and_both_names_stand_in_the_trail(people):
    deputy(people, people["D07:reviewer"], people["D07:leader"])
    document = take(to_be_signed(people), "approve", people["D07:reviewer"], note="同意。")
    assert events(document, "approve").get().post == f"领导（代{people['D07:leader'].name}）"


def test_a_deputy_does_not_sign_his_own_draft(people):
    deputy(people, people["D07:officer"], people["D07:clerk"])
    document = to_be_signed(people)
    with pytest.raises(Refused, match="不得签发本人拟制的文稿"):
        take(document, "approve", people["D07:officer"])


def test_an_upward_document_is_signed_by_a_deputy_only_when_appointed_for_that(people):
    deputy(people, people["D07:reviewer"], people["D07:leader"])
    document = to_be_signed(people, to=("D01",), routing_direction="up")
    with pytest.raises(Refused, match="可代行签发上行文"):
        take(document, "approve", people["D07:reviewer"])
    Delegation.objects.update(signs_upward=True, given_by=people["D07:clerk"])
    forget_standing(people["D07:reviewer"])
    assert take(document, "approve", people["D07:reviewer"]).state == State.APPROVED


# B5: for whom and when


@pytest.fixture
def request_to_d01(people, units):
    """A 请示 of D07, mainly to D01 and copied to D09, dispatched; D01's delivery registered."""
    document = draft(
        people, to=("D01",), doc_type="request_for_instruction", title="关于增设机房的请示", routing_direction="up",
        contact="某 62520000",
    )  # fmt: skip
    document.addressees.create(kind=AddresseeKind.CC, unit=units["D09"], name=units["D09"].name, position=2)
    for step, post in (("submit", "officer"), ("check", "reviewer"), ("approve", "leader"), ("number", "clerk"),
                       ("proofread", "clerk"), ("seal", "seal_keeper"), ("dispatch", "clerk")):  # fmt: skip
        take(document, step, people[f"D07:{post}"])
    for code in ("D01", "D09"):
        delivery = document.deliveries.unguarded("a test looks").get(unit=units[code])
        take(delivery, "sign_for", people[f"{code}:clerk"])
        take(delivery, "register", people[f"{code}:clerk"], handling_kind="for_action")
    return document


def reply(people, request, unit, to="D07"):
    made = actions.create_draft(
        {"title": "关于增设机房的批复", "body": "同意。", "doc_type": "reply_to_request"},
        unit=people[f"{unit}:officer"].appointments.get().post.unit, by=people[f"{unit}:officer"],
        addressees=[(AddresseeKind.MAIN, request.unit, request.unit.name)], replies_to=request,
    )  # fmt: skip
    for step, post in (("submit", "officer"), ("check", "reviewer"), ("approve", "leader"), ("number", "clerk"),
                       ("proofread", "clerk"), ("seal", "seal_keeper"), ("dispatch", "clerk")):  # fmt: skip
        take(made, step, people[f"{unit}:{post}"])
    return made


def test_a_copied_unit_does_not_read_number_and_title_of_a_reply_it_may_not_see(people, request_to_d01, units):
    made = reply(people, request_to_d01, "D01")
    copied = request_to_d01.deliveries.unguarded("a test looks").get(unit=units["D09"])
    page = browser(people["D09:clerk"]).get(copied.get_absolute_url()).content.decode()
    assert made.doc_number not in page and made.title not in page
    own = browser(people["D07:clerk"]).get(request_to_d01.get_absolute_url()).content.decode()
    assert made.doc_number in own and made.title in own


def test_only_the_main_addressee_may_answer_a_request(people, request_to_d01, units):
    copied = request_to_d01.deliveries.unguarded("a test looks").get(unit=units["D09"])
    assert "不是主送区民政局" in may_be_answered(copied)
    with pytest.raises(Refused, match="不是主送区民政局"):
        reply(people, request_to_d01, "D09")
    with pytest.raises(Refused, match="没有收到这份请示"):
        reply(people, request_to_d01, "D15")
    page = browser(people["D09:clerk"]).get(copied.get_absolute_url()).content.decode()
    assert "拟批复" not in page
    address = f"{reverse('documents:draft')}?reply_to={copied.uid}"
    assert browser(people["D09:clerk"]).get(address).status_code == 422


def test_a_request_is_settled_by_a_reply_of_its_main_addressee_only(people, request_to_d01, units):
    with pytest.raises(Refused, match="尚未收到批复"):
        take(request_to_d01, "complete", people["D07:clerk"], retention_code="Y")
    stranger = Document(
        direction="outgoing", unit=units["D15"], doc_type="reply_to_request", title="旁人的批复", state="dispatched",
        replies_to=request_to_d01, doc_number="长卫〔2026〕1号",
    )  # fmt: skip
    with unwatched():
        Document._base_manager.bulk_create([stranger])
    with pytest.raises(Refused, match="尚未收到批复"):
        take(request_to_d01, "complete", people["D07:clerk"], retention_code="Y")
    reply(people, request_to_d01, "D01")
    take(request_to_d01, "complete", people["D07:clerk"], retention_code="Y")
    assert request_to_d01.state == State.COMPLETED


def test_a_voided_or_returned_document_is_not_circulated_or_urged(people, units):
    document = brought_to("number", people)
    take(document, "void", people["D07:clerk"], note="作废")
    readers = CirculateInput((people["D07:leader"],))
    for name, given in (("circulate", readers), ("urge", None)):
        with pytest.raises(Refused):
            SIDE_ACTS.perform(name, document, by=people["D07:clerk"], note="请抓紧。", given=given)
    delivery = brought_to("dispatch", people).deliveries.unguarded("a test looks").get()
    with pytest.raises(Refused, match="不能传阅"):
        SIDE_ACTS.perform("circulate", delivery, by=people["D09:clerk"], given=CirculateInput((people["D09:leader"],)))
    assert not Task.objects.filter(kind="read").exists()


def test_circulation_is_for_those_who_propose_while_it_is_handled(people):
    delivery = registered(people)
    readers = CirculateInput((people["D09:leader"], people["D09:officer"]))
    with pytest.raises(Refused, match="没有传阅的权限"):
        SIDE_ACTS.perform("circulate", delivery, by=people["D09:officer"], given=readers)
    assert (
        SIDE_ACTS.perform("circulate", delivery, by=people["D09:reviewer"], given=readers)
        == "已送区民政局领导、区民政局承办人传阅"
    )
    with pytest.raises(Refused, match="没有待您传阅的事项"):
        SIDE_ACTS.perform("read", delivery, by=people["D09:clerk"])


# B6: what was said


def test_a_blank_opinion_stays_blank_on_page_sheet_and_in_the_trail(people):
    document = draft(people)
    take(document, "submit", people["D07:officer"])
    take(document, "check", people["D07:reviewer"])
    take(document, "approve", people["D07:leader"])
    assert list(document.opinions.values_list("text", flat=True)) == ["", ""]
    assert [one.text for one in pages.opinions_of(document)] == ["", ""]
    assert "同意" not in pages.draft_sheet(document, moment=document.approved_at).text
    timeline = browser(people["D07:leader"]).get(document.get_absolute_url()).content.decode()
    timeline = timeline[timeline.index('class="timeline"') :]
    assert "未填写" not in timeline and ">同意" not in timeline[: timeline.index("</ol>")]


def test_a_reader_who_says_nothing_is_not_quoted(people):
    delivery = registered(people)
    SIDE_ACTS.perform("circulate", delivery, by=people["D09:clerk"], given=CirculateInput((people["D09:leader"],)))
    SIDE_ACTS.perform("read", delivery, by=people["D09:leader"])
    assert delivery.opinions.get(kind="read").text == ""
    assert "同意" not in pages.handling_sheet(delivery, moment=delivery.registered_at).text


def test_usual_words_stand_beside_the_box_and_an_empty_box_is_kept_empty(people):
    document = take(draft(people), "submit", people["D07:officer"])
    client = browser(people["D07:reviewer"])
    shown = client.get(document.get_absolute_url()).content.decode()
    assert (
        "内容完整，格式规范，拟同意送签。</textarea>" not in shown
        and "内容完整，格式规范，拟同意送签。</button>" in shown
    )
    client.post(reverse("documents:act", args=[document.uid, "check"]), {"check-note": ""})
    assert document.opinions.get().text == ""


def test_a_return_is_labelled_as_one_on_page_and_sheet(people):
    document = draft(people)
    take(document, "submit", people["D07:officer"])
    take(document, "check", people["D07:reviewer"], note="拟同意。")
    take(document, "send_back", people["D07:leader"], note="请补充依据。")
    opinion = document.opinions.get(text="请补充依据。")
    assert (opinion.label, opinion.result) == ("退回", "returned")
    text = pages.draft_sheet(document, moment=document.created_at).text
    assert "签发 退回：请补充依据。" in text and "签发 请补充依据。" not in text


def test_a_withdrawn_draft_is_its_drafters_again(people):
    document = take(draft(people), "submit", people["D07:officer"])
    take(document, "withdraw", people["D07:officer"], note="再核。")
    assert document.state == State.DRAFTING
    waiting = Task.objects.waiting_for(people["D07:officer"])
    assert [task.subject_uid for task in waiting] == [document.uid]
    assert not Task.objects.waiting_for(people["D07:reviewer"]).exists()
    take(document, "submit", people["D07:officer"])
    assert document.state == State.IN_REVIEW


def test_a_draft_given_up_is_voided_with_its_reason(people):
    document = draft(people)
    with pytest.raises(Refused, match="作废须填写理由"):
        take(document, "discard", people["D07:officer"])
    take(document, "discard", people["D07:officer"], note="不再需要。")
    assert document.state == State.VOIDED and not Task.objects.of(document).open().exists()


def test_a_leader_can_return_an_internal_report(people):
    document = draft(people, to=())
    with unwatched():
        Document._base_manager.filter(pk=document.pk).update(direction="internal")
    take(document, "submit", people["D07:officer"])
    take(document, "check", people["D07:reviewer"])
    take(document, "send_back", people["D07:leader"], note="请写明经费来源。")
    assert document.state == State.DRAFTING and document.was_returned


# B8: the page that goes out is the one that was proofread


@pytest.mark.parametrize(
    ("last", "step", "post"), [("proofread", "seal", "seal_keeper"), ("seal", "dispatch", "clerk")]
)
def test_a_page_that_is_not_the_proofread_one_is_neither_sealed_nor_dispatched(people, last, step, post):
    document = brought_to(last, people)
    other = keep(land_bytes(pages.draft_sheet(document, moment=document.approved_at).pdf, "别的.pdf"))
    Rendition.objects.create(document=document, kind="page", stored_file=other, pages=1)
    with pytest.raises(Refused, match="不是校对过的版面"):
        take(document, step, people[f"D07:{post}"])


@pytest.mark.parametrize(
    ("last", "step", "post"), [("proofread", "seal", "seal_keeper"), ("seal", "dispatch", "clerk")]
)
def test_a_page_whose_bytes_were_changed_is_neither_sealed_nor_dispatched(people, last, step, post):
    document = brought_to(last, people)
    place = path_of(pages.page_of(document).stored_file)
    whole = place.read_bytes()
    place.write_bytes(whole[:-1] + b"?")
    try:
        with pytest.raises(Refused, match="摘要不符"):
            take(document, step, people[f"D07:{post}"])
    finally:
        place.write_bytes(whole)


def test_a_fault_found_at_proofreading_keeps_the_number(people):
    document = brought_to("proofread", people)
    number = document.doc_number
    take(document, "refer_back", people["D07:clerk"], note="文种有误。")
    take(document, "agree_to_change", people["D07:leader"])
    assert document.state == State.DRAFTING and document.doc_number == number
    for step, post in (("submit", "officer"), ("approve", "leader"), ("number", "clerk")):
        take(document, step, people[f"D07:{post}"])
    assert document.doc_number == number
    assert brought_to("number", people, title="关于下一件的通知").number_seq == document.number_seq + 1
