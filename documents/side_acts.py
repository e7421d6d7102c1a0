"""Acts on documents that move no state (design section 4): who may, when they make sense, what they do."""

from dataclasses import asdict

from units.workflow import SideAct, SideActs

from . import actions, current, number_acts, number_book
from . import conditions as when
from .inputs import AttachInput, CirculateInput, PublishInput


def _publish(document, *, by, note: str, given: PublishInput):
    return current.publish(document, by=by, **asdict(given))


def _always(document) -> str:
    """The open task that the permission asks for is the moment."""
    return ""


def _may_be_published(document) -> str:
    return "".join(current.barred_first(document))


SIDE_ACTS = SideActs(
    SideAct("read", "阅毕", "read", _always, actions.read, denied="没有待您传阅的事项，或者已经阅毕。"),
    SideAct("take_back", "退文已处理", "take_back", _always, actions.take_back, past="退文已处理", denied="没有待处理的退文。"),
    SideAct("attach", "添加附件", "edit", when.is_editable, actions.attach_upload, AttachInput),
    SideAct("circulate", "传阅", "circulate", when.may_be_circulated, actions.circulate, CirculateInput),
    SideAct("urge", "催办", "urge", when.may_be_urged, actions.urge, needs_note=True),
    SideAct("waive_reply", "免予批复", "complete", when.awaits_a_reply, actions.waive_reply, needs_note=True),
    SideAct("void_number", "作废字号", "number", number_book.may_be_voided, number_acts.void_number, needs_note=True,
            danger=True, past="字号已作废"),
    SideAct("publish", "报送现行文件", "publish", _may_be_published, _publish, PublishInput, past="已报送现行文件"),
)  # fmt: skip
