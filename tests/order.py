"""Long files first: a worker that meets one at the end keeps the whole run waiting (`--dist loadfile`).

Seconds of a quiet machine of two cores; a file that is not here comes afterwards, as it was collected. Files that wait
stand between files that reckon.
"""

LONG = (
    "tests/faults/test_kill.py",  # 120
    "tests/test_permission_matrix.py",  # 60
    "tests/browser/test_nothing_typed_is_lost.py",  # 90
    "tests/faults/test_supervisor.py",  # 80
    "tests/test_canary.py",  # 50
    "tests/browser/test_every_page.py",  # 65
    "tests/units/test_worker_faults.py",  # 60
    "tests/browser/test_one_document.py",  # 50
    "tests/documents/test_bad_input.py",  # 50
    "tests/transfer/test_killed_worker.py",  # 20
    "tests/test_access_log.py",  # 25
    "tests/browser/test_archive_year.py",  # 25
    "tests/browser/test_accessible.py",  # 28
    "tests/faults/test_embedded.py",  # 22
    "tests/browser/test_desk_going_back.py",  # 23
    "tests/test_query_counts.py",  # 22
    "tests/browser/test_search_page.py",  # 20
    "tests/faults/test_transfer.py",  # 20
    "tests/archive/test_backfile.py",  # 20
    "tests/files/examination/test_examination.py",  # 19
    "tests/browser/test_receiving.py",  # 20
    "tests/browser/test_opening.py",  # 18
    "tests/scenarios/test_lock_order.py",  # 16
    "tests/browser/test_desk_lists.py",  # 18
    "tests/browser/test_desk_exchange.py",  # 17
    "tests/browser/test_keyboard.py",  # 17
    "tests/archive/test_found_again.py",  # 16
    "tests/browser/test_desk_leader.py",  # 16
    "tests/archive/test_one_box.py",  # 14
    "tests/units/test_lockout.py",  # 14
    "tests/bench/test_generator.py",  # 13
)
PLACES = {path: place for place, path in enumerate(LONG)}


def in_order(items: list) -> None:
    items.sort(key=lambda item: PLACES.get(item.nodeid.partition("::")[0], len(LONG)))
