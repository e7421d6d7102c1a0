"""Long files first: a worker that meets one at the end keeps the whole run waiting (`--dist loadfile`).

Seconds of a processor, of the file and of all that works for it (server, browser, whole sites); a file that is not
here comes afterwards, as it was collected. Files that wait stand between files that reckon.
"""

LONG = (
    "tests/test_permission_matrix.py",  # 75
    "tests/faults/test_kill.py",  # 70
    "tests/browser/test_nothing_typed_is_lost.py",  # 60
    "tests/test_canary.py",  # 60
    "tests/faults/test_supervisor.py",  # 45
    "tests/browser/test_every_page.py",  # 45
    "tests/units/test_worker_faults.py",  # 60
    "tests/browser/test_paper_others.py",  # 38
    "tests/test_query_counts.py",  # 37
    "tests/browser/test_receiving.py",  # 29
    "tests/documents/test_every_act.py",  # 24
    "tests/transfer/test_killed_worker.py",  # 20
    "tests/browser/test_one_document.py",  # 24
    "tests/faults/test_embedded.py",  # 22
    "tests/browser/test_desk_leader.py",  # 22
    "tests/faults/test_transfer.py",  # 20
    "tests/documents/test_co_handling.py",  # 20
    "tests/documents/test_route_editing.py",  # 19
    "tests/files/examination/test_examination.py",  # 17
    "tests/browser/test_accessible.py",  # 17
    "tests/transfer/test_page.py",  # 16
    "tests/documents/test_co_limits.py",  # 16
    "tests/changning_egov/test_demo.py",  # 15
    "tests/browser/test_desk_going_back.py",  # 15
    "tests/browser/test_archive_disposal.py",  # 14
    "tests/documents/test_bad_input.py",  # 14
    "tests/browser/test_paper_seals.py",  # 14
    "tests/files/examination/test_policy.py",  # 14
    "tests/browser/test_desk_lists.py",  # 14
    "tests/units/test_lockout.py",  # 14
    "tests/archive/test_twins_year.py",  # 13
    "tests/transfer/test_fixity.py",  # 13
    "tests/browser/test_opening.py",  # 13
    "tests/documents/test_after_seal.py",  # 13
    "tests/documents/test_number_book.py",  # 13
    "tests/documents/test_bulk.py",  # 12
    "tests/documents/test_meeting_replies.py",  # 12
    "tests/browser/test_archive_year.py",  # 11
    "tests/changning_egov/test_demo_archive.py",  # 11
    "tests/documents/test_counters.py",  # 11
    "tests/scenarios/test_lock_order.py",  # 11
    "tests/documents/test_registers.py",  # 11
    "tests/bench/test_generator.py",  # 11
    "tests/browser/test_archive_schedule.py",  # 11
    "tests/test_guards.py",  # 10
    "tests/documents/test_render_jobs.py",  # 10
    "tests/archive/test_one_box.py",  # 10
)
PLACES = {path: place for place, path in enumerate(LONG)}


def in_order(items: list) -> None:
    items.sort(key=lambda item: PLACES.get(item.nodeid.partition("::")[0], len(LONG)))
