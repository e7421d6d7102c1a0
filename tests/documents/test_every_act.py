"""Issue 12, Must show: every transition and side act × every post × own and other unit, moment by moment.

A literal, read against the office's rules line by line and never computed from the tables it is held against: whom a
line does not name is offered nothing there. "|" parts the steps of the way from what is done beside it.
"""

import pytest

from documents.side_acts import SIDE_ACTS
from documents.workflow import WORKFLOWS, workflow_of
from tests.documents.moments import MOMENTS
from units.access import forget_standing

pytestmark = pytest.mark.django_db
OPEN: dict[str, dict[str, str]] = {
    "发文 草稿": {
        "D07:clerk": "| urge ask_replies",
        "D07:officer": "submit delete discard | attach urge ask_replies",
        "D07:reviewer": "| urge",
        "D07:leader": "| urge",
    },
    "发文 退回的草稿": {
        "D07:clerk": "| urge ask_replies",
        "D07:officer": "submit discard | attach urge ask_replies",
        "D07:reviewer": "| urge",
        "D07:leader": "| urge",
    },
    "发文 签发后退回的草稿": {
        "D07:clerk": "| urge ask_replies void_number",
        "D07:officer": "submit discard | attach urge ask_replies",
        "D07:reviewer": "| urge",
        "D07:leader": "| urge",
    },
    "发文 待核稿": {
        "D07:clerk": "| urge ask_replies enter_opinion",
        "D07:officer": "retrieve withdraw | urge ask_replies",
        "D07:reviewer": "check send_back | urge",
        "D07:leader": "| urge",
    },
    "发文 退到核稿": {
        "D07:clerk": "| urge ask_replies enter_opinion",
        "D07:officer": "withdraw | urge ask_replies",
        "D07:reviewer": "check send_back | urge",
        "D07:leader": "| urge",
    },
    "发文 会签中": {
        "D07:clerk": "| urge ask_replies enter_opinion",
        "D07:officer": "withdraw | urge ask_replies",
        "D07:reviewer": "retrieve | urge",
        "D07:leader": "| urge",
        "D09:leader": "countersign send_back |",
        "D15:leader": "countersign send_back |",
    },
    "发文 会签有分歧": {
        "D07:clerk": "| urge ask_replies enter_opinion",
        "D07:officer": "withdraw | take_note urge ask_replies",
        "D07:reviewer": "| urge",
        "D07:leader": "coordinate | urge",
        "D09:leader": "retrieve |",
        "D15:leader": "countersign send_back |",
    },
    "发文 待签发": {
        "D07:clerk": "| urge ask_replies enter_opinion",
        "D07:officer": "withdraw | urge ask_replies",
        "D07:reviewer": "retrieve | urge",
        "D07:leader": "approve send_back | urge",
    },
    "发文 待编号": {
        "D07:clerk": "number correct refer_back add_copies drop_addressees void | urge ask_replies",
        "D07:officer": "| urge ask_replies",
        "D07:reviewer": "| urge",
        "D07:leader": "retrieve | urge",
    },
    "发文 待校对": {
        "D07:clerk": "correct refer_back proofread add_copies_anew drop_addressees void | urge ask_replies void_number",
        "D07:officer": "| urge ask_replies",
        "D07:reviewer": "| urge",
        "D07:leader": "| urge",
    },
    "发文 待复审": {
        "D07:clerk": "proofread add_copies_anew drop_addressees void | urge ask_replies void_number",
        "D07:officer": "| urge ask_replies",
        "D07:reviewer": "| urge",
        "D07:leader": "agree_to_change keep_text | urge",
    },
    "发文 待用印": {
        "D07:clerk": "correct refer_back add_copies_anew drop_addressees void | urge ask_replies",
        "D07:officer": "| urge ask_replies",
        "D07:reviewer": "| urge",
        "D07:leader": "| urge",
        "D07:seal_keeper": "seal return_unsealed |",
    },
    "发文 待分发": {
        "D07:clerk": "dispatch add_copies_anew drop_addressees | urge ask_replies",
        "D07:officer": "| urge ask_replies",
        "D07:reviewer": "| urge",
        "D07:leader": "void_sealed | urge",
        "D07:seal_keeper": "unseal |",
    },
    "发文 已分发": {
        "D07:clerk": "complete | urge ask_replies send_more recall correct",
        "D07:officer": "| urge ask_replies",
        "D07:reviewer": "| urge",
        "D07:leader": "| urge",
    },
    "发文 办结": {
        "D07:clerk": "| urge send_more recall correct",  # 催办 goes on until all have signed
        "D07:officer": "| urge",
        "D07:reviewer": "| urge",
        "D07:leader": "| urge",
    },
    "发文 办结，不归档": {
        "D07:clerk": "file_after_all | urge send_more recall correct",
        "D07:officer": "| urge",
        "D07:reviewer": "| urge",
        "D07:leader": "| urge",
    },
    "发文 作废": {
        "D07:officer": "| take_note",
    },
    "收文 待签收": {
        "D09:clerk": "sign_for return_to_sender | urge",
        "D09:reviewer": "| urge",
        "D09:leader": "| urge",
    },
    "收文 待登记": {
        "D09:clerk": "register return_to_sender | urge amend",
        "D09:reviewer": "| urge",
        "D09:leader": "| urge",
    },
    "收文 阅件": {
        "D09:clerk": "return_to_sender propose complete | circulate urge supervise amend",
        "D09:reviewer": "propose | circulate urge",
        "D09:leader": "| urge supervise",
    },
    "收文 待拟办": {
        "D09:clerk": "return_to_sender propose | circulate urge supervise amend",
        "D09:reviewer": "propose | circulate urge",
        "D09:leader": "| urge supervise",
    },
    "收文 待批示": {
        "D09:clerk": "| circulate urge enter_opinion supervise amend",
        "D09:reviewer": "retrieve | circulate urge",
        "D09:leader": "instruct send_back | urge supervise",
    },
    "收文 待接办": {
        "D09:clerk": "| circulate urge supervise amend",
        "D09:officer": "handle send_back |",
        "D09:reviewer": "| circulate urge",
        "D09:leader": "retrieve | urge supervise",
    },
    "收文 承办中": {
        "D09:clerk": "complete | circulate urge supervise amend",
        "D09:officer": "report send_back retrieve | urge",
        "D09:reviewer": "| circulate urge",
        "D09:leader": "| urge supervise",
    },
    "收文 待办结": {
        "D09:clerk": "complete | circulate urge supervise amend",
        "D09:officer": "retrieve |",
        "D09:reviewer": "| circulate urge",
        "D09:leader": "| urge supervise",
    },
    "收文 办结": {},
    "收文 退文": {
        "D09:clerk": "| ask_again",
    },
    "收文 已收回": {
        "D09:clerk": "| take_note",
    },
    "签报 草稿": {
        "D07:clerk": "| urge",
        "D07:officer": "submit delete discard | attach urge",
        "D07:reviewer": "| urge",
        "D07:leader": "| urge",
    },
    "签报 待核稿": {
        "D07:clerk": "| urge enter_opinion",
        "D07:officer": "retrieve withdraw | urge",
        "D07:reviewer": "check send_back | urge",
        "D07:leader": "| urge",
    },
    "签报 待批示": {
        "D07:clerk": "| urge enter_opinion",
        "D07:officer": "withdraw | urge",
        "D07:reviewer": "retrieve | urge",
        "D07:leader": "instruct send_back | urge",
    },
    "签报 已批示": {
        "D07:clerk": "complete | urge",
        "D07:officer": "complete | urge",
        "D07:reviewer": "| urge",
        "D07:leader": "retrieve | urge",
    },
    "签报 办结": {},
}
# offered only in a moment that has its own hand-written table
ELSEWHERE = {
    "read": "test_circulation.py", "recall_circulation": "test_circulation.py",
    "coordinate": "会签有分歧", "assist": "test_co_handling.py", "void_number": "待校对", "waive_reply": "test_said_plainly.py",
    "take_back": "test_exchange_offered.py", "consent": "test_exchange_offered.py",
    "decline": "test_exchange_offered.py", "withdraw_request": "test_exchange_offered.py",
    "dispose": "test_exchange_offered.py", "note_sending": "test_exchange_offered.py",
    "close_replies": "test_meeting_replies.py", "answer": "test_meeting_replies.py",
    "object": "test_paper_opinions.py", "object_to_slip": "test_slips.py", "feed_back": "test_supervision.py",
    "publish": "test_current.py", "review": "test_route_editing.py",
    "review_on_paper": "test_paper_opinions.py", "check_on_paper": "test_paper_opinions.py",
    "countersign_on_paper": "test_paper_opinions.py", "approve_on_paper": "test_paper_opinions.py",
    "instruct_on_paper": "test_paper_opinions.py", "return_on_paper": "test_paper_conclusions.py",
    "revoke_entry": "test_paper_conclusions.py", "withdraw_objection": "test_paper_conclusions.py",
}  # fmt: skip


def offered(person, document) -> str:
    forget_standing(person)
    steps = " ".join(one.name for one in workflow_of(document).open_to(person, document))
    beside = " ".join(one.name for one in SIDE_ACTS.open_to(person, document))
    return f"{steps} | {beside}".strip() if steps or beside else ""


@pytest.mark.parametrize("moment", MOMENTS)
def test_exactly_these_acts_are_offered_to_these_posts(people, units, moment):
    """Posts of the unit, of two others, of the archive, and the three administrators."""
    document = MOMENTS[moment](people, units)
    document.refresh_from_db()
    found = {who: acts for who, person in people.items() if (acts := offered(person, document))}
    assert found == OPEN[moment]


def test_no_act_is_missing():
    known = {name for rows in OPEN.values() for acts in rows.values() for name in acts.replace("|", "").split()}
    acts = {name for table in WORKFLOWS.values() for name in table.steps} | set(SIDE_ACTS.acts)
    assert acts - known - set(ELSEWHERE) == set() and set(OPEN) == set(MOMENTS)
