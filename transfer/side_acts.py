"""Acts on a batch that change no state of it (design section 4): who may, when they make sense, what they do."""

from units.workflow import SideAct, SideActs

from . import actions, fixity
from . import conditions as when
from .inputs import AddInput

BATCH_SIDE = SideActs(
    SideAct("add", "选入档案", "make", when.is_put_together, actions.add_records, AddInput),
    SideAct("mark_failing", "不合格件标为退回", "receive", when.has_failing_items, actions.mark_failing,
            past="不合格件已标为退回"),
    SideAct("verify", "重新核验", "receive", when.can_be_read_again, fixity.start, past="已开始重新核验，可离开此页"),
    SideAct("write_off", "核销损坏包", "receive", when.is_damaged, fixity.write_off, needs_note=True, danger=True),
)  # fmt: skip
