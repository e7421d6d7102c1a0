"""Acts on a batch that change no state of it (design section 4): who may, when they make sense, what they do."""

from functools import partial

from units.workflow import SideAct, SideActs

from . import actions, fixity, plans, returning, signing
from . import conditions as when
from .inputs import AccompanyInput, AddInput, MarkManyInput, ReviewInput, SendInput
from .line import sending
from .states import Side, SignedAs


def _signs(side: Side, role: SignedAs) -> SideAct:
    permission, name = signing.SIGNERS[side, role]

    def moment(batch) -> str:
        """办理交接手续, the worker is not at it, and this column of the register is empty."""
        return when.signing_is_open(batch, side=side, role=role)

    label = f"签署登记表（{SignedAs(role).label}）"
    return SideAct(name, label, permission, moment, partial(signing.sign, side=side, role=role), past="登记表已签署")


BATCH_SIDE = SideActs(
    SideAct("add", "选入档案", "make", when.is_put_together, actions.add_records, AddInput),
    SideAct("accompany", "填写随附情况", "make", when.is_put_together, plans.accompany, AccompanyInput),
    SideAct("send_catalogue", "送审移交目录", "make", when.catalogue_can_be_sent, plans.send_catalogue,
            past="移交目录已送审"),
    SideAct("review_catalogue", "目录预审", "preview", when.catalogue_waits, plans.review_catalogue, ReviewInput,
            past="目录预审意见已送移交单位"),
    SideAct("mark_failing", "不合格件标为退回", "receive", when.has_failing_items, actions.mark_failing,
            past="不合格件已标为退回"),
    SideAct("mark_many", "成批标为退回", "receive", when.is_inspected, returning.mark_many, MarkManyInput),
    SideAct("unmark_many", "成批取消退回标记", "receive", when.has_marked, returning.unmark_many, MarkManyInput),
    *(_signs(side, role) for side, role in signing.SIGNERS),
    SideAct("send", "送往另一平台", "make", sending.not_now, sending.send, SendInput, past="已开始传送，可离开此页"),
    SideAct("verify", "重新核验", "receive", when.can_be_read_again, fixity.start, past="已开始重新核验，可离开此页"),
    SideAct("write_off", "核销损坏包", "receive", when.is_damaged, fixity.write_off, needs_note=True, danger=True),
)  # fmt: skip
