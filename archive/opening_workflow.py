"""The steps of a round of 开放审核 (domain 10.2) and of the opinion that a forming unit is asked for.

初审, 复审 and 审定 by three persons, 区档案局's consent where anything is postponed, then the published 开放目录: the
records open in that act. The unit that plays 区档案局 plays 区档案馆 too; what it does as 区档案局 says so.
"""

from units.fitting import FITTING, Fit, holding
from units.models import Task
from units.roles import PostKind
from units.tasks import Opens
from units.workflow import Act, Transition, Workflow

from .models import OpeningRound
from .opening_review import conditions as when
from .opening_review import effects as does
from .opening_review.inputs import ConsentInput, PassInput
from .states import ConsultationState, RoundState

S, C = RoundState, ConsultationState
APPRAISER = Fit(frozenset({PostKind.APPRAISER}), PostKind.APPRAISER)
for _kind in ("first_opening", "second_opening", "publish_opening"):
    FITTING[_kind] = APPRAISER
FITTING["approve_opening"] = FITTING["sign_opening"] = Fit(holding("approve_opening"), PostKind.LEADER)
FITTING["consent_opening"] = Fit(frozenset({PostKind.INSPECTOR}), PostKind.INSPECTOR)
FITTING["answer_opening"] = FITTING["opening_told"] = Fit(frozenset({PostKind.ARCHIVIST}), PostKind.ARCHIVIST)

FIRST = (Opens("first_opening", "开放初审", PostKind.APPRAISER),)
SECOND = (Opens("second_opening", "开放复审", PostKind.APPRAISER),)
FINAL = (Opens("approve_opening", "开放审定", PostKind.LEADER),)
PUBLISH = (Opens("publish_opening", "公布开放目录", PostKind.APPRAISER),)
REVIEWED = (when.is_another, when.has_items, when.every_item_is_judged, when.no_advice_is_passed_over)
ANSWER = (Opens("answer_opening", "填写开放意见", PostKind.ARCHIVIST),)


def _in(*states) -> frozenset:
    return frozenset(states)


def _published(row: OpeningRound, act: Act) -> None:
    """Units that kept silent are told so; every unit that was asked learns what became of its records."""
    does.published(row, act)
    _conclude(row, act, told=True)


def _dissolved(row: OpeningRound, act: Act) -> None:
    does.dissolved(row, act)
    _conclude(row, act, told=False)


def _conclude(row: OpeningRound, act: Act, *, told: bool) -> None:
    for one in row.consultations.select_related("unit", "round"):
        step = CONSULTATION.steps["lapse" if told else "drop"]
        if one.state in step.sources:
            CONSULTATION.perform(step, one, by=act.by)
        if told:
            does.tell(one)


def _told(user, consultation) -> bool:
    """The item that tells the unit of the result is open."""
    return Task.objects.of(consultation).open().filter(kind="opening_told").exists()


def _by_the_round(user, consultation) -> bool:
    """Nobody: it goes with a step of the round."""
    return False


ROUND = Workflow(
    Transition(
        "pass_first", "提交复审", _in(S.FIRST), S.SECOND, "review",
        REVIEWED, does.first_passed, opens=SECOND, input=PassInput, past="已提交复审",
    ),
    Transition(
        "pass_second", "提交审定", _in(S.SECOND), S.FINAL, "review",
        (*REVIEWED, when.units_were_heard), does.second_passed,
        opens=FINAL, input=PassInput, past="已提交审定",
    ),
    Transition(
        "approve", "审定", _in(S.FINAL), S.DECIDED, "approve",
        REVIEWED, does.approved, lands=does.lands_approved,
        input=PassInput,
    ),
    Transition(
        "consent", "同意延期开放（区档案局）", _in(S.CONSENT), S.DECIDED, "consent",
        (when.is_another, when.says_number_and_day), does.consented, input=ConsentInput, opens=PUBLISH,
        past="区档案局已同意延期开放",
    ),
    Transition(
        "publish", "公布开放目录", _in(S.DECIDED), S.PUBLISHED, "review",
        (when.can_be_published, when.no_advice_is_passed_over), _published, opens=(), past="开放目录已公布",
    ),
    Transition(
        "back_to_first", "退回初审", _in(S.SECOND), S.FIRST, "review", (when.is_another,), does.back_from_second,
        opens=FIRST, needs_note=True, danger=True, past="已退回初审",
    ),
    Transition(
        "back_to_second", "退回复审", _in(S.FINAL), S.SECOND, "approve", (when.is_another,), does.back_to_second,
        opens=SECOND, needs_note=True, danger=True, past="已退回复审",
    ),
    Transition(
        "refuse", "不同意延期（区档案局）", _in(S.CONSENT), S.SECOND, "consent", (when.is_another,), does.back_to_second,
        opens=SECOND, needs_note=True, danger=True, past="区档案局不同意延期，已退回复审",
    ),
    Transition(
        "review_anew", "重新复审", _in(S.DECIDED), S.SECOND, "review", (), does.back_to_second, opens=SECOND,
        needs_note=True, danger=True, past="已退回复审",
    ),
    Transition(
        "dissolve", "撤销批次", _in(S.FIRST, S.SECOND, S.FINAL, S.CONSENT, S.DECIDED), S.DISSOLVED, "review", (),
        _dissolved, opens=(), needs_note=True, danger=True,
    ),
    ended=(S.PUBLISHED, S.DISSOLVED),
)  # fmt: skip

CONSULTATION = Workflow(
    Transition(
        "answer", "提交意见", _in(C.ASKED), C.ANSWERED, "answer", (when.is_under_way, when.opinion_is_whole),
        does.answered, lands=when.lands_with, input=PassInput, past="意见已提交",
    ),
    Transition(
        "sign", "同意报送", _in(C.SIGNING), C.ANSWERED, "sign", (when.is_under_way, when.is_signed_by_another),
        does.signed, opens=(), input=PassInput, past="意见已报送区档案馆",
    ),
    Transition(
        "return", "退回修改", _in(C.SIGNING), C.ASKED, "sign", opens=ANSWER, needs_note=True, danger=True,
        past="已退回修改",
    ),
    Transition(
        "lapse", "记为逾期未答复", _in(C.ASKED, C.SIGNING), C.LAPSED, "conclude", opens=(),
        offered=_by_the_round,
    ),
    Transition(
        "drop", "撤销征求意见", _in(C.ASKED, C.SIGNING, C.ANSWERED), C.DROPPED, "conclude", opens=(),
        offered=_by_the_round,
    ),
    Transition(
        "know", "知悉结果", _in(C.ANSWERED, C.LAPSED), C.KNOWN, "answer", (when.is_published,), opens=(),
        offered=_told, past="已知悉",
    ),
    ended=(C.KNOWN, C.DROPPED),
)  # fmt: skip
