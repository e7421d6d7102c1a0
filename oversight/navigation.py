"""The inspector's rooms in the staff menu."""

from units import context

context.NAVIGATION += [
    ("监督指导", "全区归档情况", "oversight:district", "inspect_units"),
    ("监督指导", "本单位归档情况", "oversight:own", "view_statistics"),
    ("审计", "审计", "oversight:audit", "read_audit"),
]
