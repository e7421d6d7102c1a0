"""Acts on a batch that change no state of it (design section 4)."""

from units.workflow import SideAct, SideActs

from . import fixity
from .conditions import is_damaged

BATCH_SIDE = SideActs(
    SideAct("write_off", "核销损坏包", "receive", is_damaged, fixity.write_off, needs_note=True, danger=True),
)
