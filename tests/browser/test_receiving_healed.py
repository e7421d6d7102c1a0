"""One damaged package in the holding: the keeper sees it, the calendar heals it, he sees that too."""

import pytest
from playwright.sync_api import expect

from tests.browser.helpers import faults, send, work
from tests.transfer.stock import inspecting, taken_over
from transfer import delivery, fixity_run

pytestmark = [pytest.mark.django_db(transaction=True, databases=["default", "portal"]), pytest.mark.browser]


def test_one_damaged_file_is_named_and_healed(sign_in, people, picture):
    batch = inspecting(people, 2)
    taken_over(batch, people)
    held = next(delivery.holdings_folder(batch).iterdir())
    data = bytearray(held.read_bytes())
    data[len(data) // 2] ^= 0xFF
    held.write_bytes(bytes(data))

    keeper = sign_in(people["D30:accessioner"])
    keeper.goto(batch.get_absolute_url())
    send(keeper.get_by_role("button", name="重新核验"))
    work()
    keeper.reload()
    expect(keeper.get_by_text("馆藏移交信息包损坏，待修复")).to_be_visible()
    picture(keeper, "92-receiving-damaged")
    assert faults(keeper) == []

    found = fixity_run.run(None)  # as the calendar has it
    assert (len(found.damaged), found.unhealed) == (1, 0)
    keeper.reload()
    expect(keeper.get_by_text("馆藏移交信息包损坏，待修复")).to_have_count(0)
    expect(keeper.get_by_text("损坏", exact=True)).to_have_count(0)
    keeper.goto("/holding/overview/")
    expect(keeper.get_by_role("cell", name="2", exact=True).first).to_be_visible()
    picture(keeper, "92-receiving-healed")
