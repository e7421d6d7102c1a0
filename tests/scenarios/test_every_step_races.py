"""Two persons race on each act of a document's life, from 送审 to 办结, sent, received and inside: one wins (issue 12)."""

import pytest

from documents.models import Document
from documents.states import HandlingKind
from documents.workflow import workflow_of
from tests.documents.moments import MOMENTS
from tests.documents.test_whose_act import also
from tests.scenarios.test_concurrency import at_once
from units.access import forget_standing
from units.models import AuditEvent, User
from units.workflow import Refused

pytestmark = pytest.mark.django_db(transaction=True)
# act, whose post, what it is given; each race leaves the paper where the next one starts
SENT = (
    ("submit", "officer", {}), ("check", "reviewer", {}), ("approve", "leader", {}), ("number", "clerk", {}),
    ("proofread", "clerk", {}), ("seal", "seal_keeper", {}), ("dispatch", "clerk", {}),
    ("complete", "clerk", {"retention_code": "Y", "unsigned_reason": "已电话确认。"}),
)  # fmt: skip
RECEIVED = (
    ("sign_for", "clerk", {}), ("register", "clerk", {"handling_kind": HandlingKind.FOR_ACTION}),
    ("propose", "reviewer", {}), ("instruct", "leader", {}), ("handle", "officer", {}),
)  # fmt: skip
INSIDE = (
    ("submit", "officer", {}), ("check", "reviewer", {}), ("instruct", "leader", {}),
    ("complete", "officer", {"retention_code": "Y"}),
)  # fmt: skip
LIVES = (("发文 草稿", "D07", SENT), ("收文 待签收", "D09", RECEIVED), ("签报 草稿", "D07", INSIDE))
# acts that end or turn a paper, each from a moment of its own
TURNS = (
    ("发文 草稿", "delete", "D07:officer", {}), ("发文 退回的草稿", "discard", "D07:officer", {}),
    ("发文 待核稿", "retrieve", "D07:officer", {}), ("发文 待用印", "return_unsealed", "D07:seal_keeper", {"to": "proofread"}),
    ("发文 待编号", "void", "D07:clerk", {}), ("发文 待分发", "void_sealed", "D07:leader", {}),
    ("发文 待分发", "unseal", "D07:seal_keeper", {}),
    ("收文 待登记", "return_to_sender", "D09:clerk", {}), ("收文 待批示", "send_back", "D09:leader", None),
)  # fmt: skip


def both(document, step: str, pair: list) -> tuple[int, list]:
    """How many won, and what the others were told; each reads the row as it was when both pages were open."""
    shown = [Document.objects.unguarded("a test looks").get(pk=document.pk) for _ in pair]
    people = [User.objects.get(pk=one.pk) for one in pair]

    def act(number: int):
        table = workflow_of(shown[number])
        given = table.steps[step].input(**document.given)
        return table.perform(step, shown[number], by=people[number], note="同意。", given=given)

    answers = at_once(len(pair), act)
    lost = [one for one in answers if isinstance(one, Refused)]
    return len(answers) - len(lost), lost


def raced(document, step: str, pair: list, given: dict) -> None:
    before = AuditEvent.objects.of(document).filter(verb=step).count()
    document.given = given
    won, lost = both(document, step, pair)
    assert (won, len(lost)) == (1, 1), (step, lost)
    assert all(one.reasons and one.reasons[0] for one in lost), step
    assert AuditEvent.objects.of(document).filter(verb=step).count() == before + 1, step
    document.refresh_from_db()


def second(people, units, who: str):
    """Another person in the same post."""
    code, post = who.split(":")
    other = people[f"D30:{post}"]
    also(other, units[code], post)
    forget_standing(other)
    return other


@pytest.mark.parametrize(("moment", "unit", "life"), LIVES, ids=[one[0] for one in LIVES])
def test_one_of_two_wins_each_step_of_a_life(people, units, moment, unit, life):
    document = MOMENTS[moment](people, units)
    others = {post: second(people, units, f"{unit}:{post}") for post in dict.fromkeys(post for _, post, _ in life)}
    for step, post, given in life:
        own = people[f"{unit}:{post}"]
        # what is one person's own, his draft, is raced for by his two windows
        alone = step == "submit" or (step == "complete" and post == "officer")
        raced(document, step, [own, own if alone else others[post]], given)
    assert document.state == ("in_handling" if life is RECEIVED else "completed")


def test_one_of_two_wins_each_act_that_turns_or_ends_a_paper(people, units):
    for moment, step, who, given in TURNS:
        document = MOMENTS[moment](people, units)
        if given is None:
            done = document.runs.get(ended_at=None).steps.get(kind="propose")
            given = {"to": done.uid}
        raced(document, step, [people[who], people[who]], given)
