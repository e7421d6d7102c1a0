"""Who ticks samples, notes the surroundings, and may ask who has read a record; registered beside archive/rules.py."""

from units.access import OnUnit
from units.models import Unit

from .models import Record
from .rules import RULES

RULES[Unit] |= {
    "check_records": OnUnit("arrange_records", "pk") | OnUnit("receive_batches", "pk"),
    "note_environment": OnUnit("arrange_records", "pk")
    | OnUnit("receive_batches", "pk")
    | OnUnit("manage_people", "pk"),
}
RULES[Record] |= {
    "see_readers": OnUnit("arrange_records")
    | OnUnit("approve_batches")
    | OnUnit("receive_batches", "custodian")
    | OnUnit("open_records", "custodian")
}
