"""The transfer's part of the staff menu."""

from units import context

context.NAVIGATION += [
    ("移交", "接收计划", "transfer:plans", "view_batches"),
    ("移交", "移交批次", "transfer:batches", "make_batches"),
    ("移交", "接收进馆", "transfer:accessions", "receive_batches"),
    ("移交", "馆藏与备份", "transfer:holdings", "view_holdings"),
]
context.LAST += [
    ("管理", "对接平台", "transfer:peers", "manage_people"),
    ("管理", "部署与连接", "transfer:deployment", "manage_people"),
    ("管理", "部署与连接", "transfer:deployment", "inspect_units"),  # no post has both
]
