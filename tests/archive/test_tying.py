"""答复关系 by the archivist's hand: a pair that nobody tied while it was handled is tied in the archive (3.2 no. 10)."""

import pytest
from django.db import connection
from django.urls import reverse

from archive import joining, tying
from archive.models import RecordRelation
from archive.pairs import link
from tests.archive.test_pairs import again, answered, filed, links
from tests.made import brought_to, registered
from tests.scenarios.owner import unwatched
from tests.transfer.stock import browser
from units.models import AuditEvent
from units.workflow import Refused

pytestmark = pytest.mark.django_db


def apart(people):
    """Two filed records of D09 of which nobody said that one answers the other."""
    asked = registered(people, title="关于商请协助的函")
    reply = brought_to("dispatch", people, unit="D09", to=("D07",), title="关于商请协助的复函")
    return filed(people, asked, reply)


@pytest.mark.parametrize("name", ["archival_code", "title"])
def test_a_pair_is_tied_by_hand_shown_from_both_sides_and_can_become_one_item(people, name):
    asker, reply = apart(people)
    client = browser(people["D09:archivist"])
    assert not joining.pairs_of(reply) and "登记所答复的来文" in client.get(reply.get_absolute_url()).content.decode()
    words = {"asked": getattr(asker, name), "reason": "复函首段所引"}
    assert client.post(reverse("archive:tie", args=[reply.uid]), words).status_code == 302
    assert links() == {(reply.title, asker.title)} and joining.pairs_of(reply)
    assert "本件答复的来文" in client.get(reply.get_absolute_url()).content.decode()
    page = client.get(asker.get_absolute_url()).content.decode()
    assert "答复本件的复文" in page and "来文与复文合为一件" in page
    event = AuditEvent.objects.get(object_uid=reply.uid, verb="tie_records")
    assert event.opinion == "复函首段所引"
    joining.join(reply, asker, by=people["D09:archivist"], reason="一并整理")
    assert again(asker).joined_to_id == reply.pk


def test_what_was_tied_wrongly_is_untied_and_what_the_documents_say_is_not(people):
    by = people["D09:archivist"]
    asker, reply = apart(people)
    tying.tie(reply, asker, by=by, reason="误认")
    given = {"reply": str(reply.uid), "asked": str(asker.uid), "reason": "不是一对", "untie": "1"}
    assert browser(by).post(reverse("archive:join", args=[reply.uid]), given).status_code == 302
    assert not RecordRelation.objects.filter(kind="reply_to", record=reply).exists()
    asker, reply = filed(people, *answered(people))
    with pytest.raises(Refused, match="公文办理中登记的"):
        tying.untie(reply, asker, by=by, reason="不是一对")


def test_a_wrong_tie_to_what_has_left_the_unit_is_untied_from_the_page_of_the_reply(people):
    """Fault: both had to be in the unit still; the button stood on pairs of the documents too, where it was refused."""
    by = people["D09:archivist"]
    asker, reply = apart(people)
    tying.tie(reply, asker, by=by, reason="误认")
    with unwatched(), connection.cursor() as cursor:
        cursor.execute("UPDATE archive_record SET state = 'in_transfer' WHERE id = %s", [asker.pk])
    page = browser(by).get(reply.get_absolute_url()).content.decode()
    assert "撤销登记的答复关系" in page and "<summary>合为一件" not in page
    given = {"reply": str(reply.uid), "asked": str(asker.uid), "reason": "", "untie": "1"}
    refused = browser(by).post(reverse("archive:join", args=[reply.uid]), given)
    assert refused.status_code == 422 and 'id="untie_reason"' in refused.content.decode()
    assert browser(by).post(reverse("archive:join", args=[reply.uid]), given | {"reason": "误认"}).status_code == 302
    assert not tying.by_hand(reply).exists()
    _, reply = filed(people, *answered(people))
    assert "撤销登记的答复关系" not in browser(by).get(reply.get_absolute_url()).content.decode()


def test_what_the_documents_say_later_is_not_untied(people):
    by = people["D09:archivist"]
    asker, reply = apart(people)
    tying.tie(reply, asker, by=by, reason="复函所引")
    link([(reply.pk, asker.pk)])
    assert not tying.by_hand(reply).exists() and links() == {(reply.title, asker.title)}


def test_code_and_number_are_read_however_they_are_typed(people):
    asker, reply = apart(people)
    loose = f" {asker.archival_code.lower().replace('·', '.')} "
    assert tying.meant(reply, loose, people["D09:archivist"]) == asker


def test_a_tie_that_cannot_be_says_why(people):
    by = people["D09:archivist"]
    asker, reply = apart(people)
    with pytest.raises(Refused, match="没有档号、文号或题名为“不存在的函”的来文"):
        tying.meant(reply, "不存在的函", by)
    with pytest.raises(Refused, match="只有本单位档案员"):
        tying.tie(reply, asker, by=people["D09:clerk"], reason="复函所引")
    with pytest.raises(Refused, match="答复本件自己"):
        tying.tie(reply, reply, by=by, reason="复函所引")
    tying.tie(reply, asker, by=by, reason="复函所引")
    with pytest.raises(Refused, match="已登记答复"):
        tying.tie(reply, asker, by=by, reason="复函所引")
    with pytest.raises(Refused, match="不能互为答复"):
        tying.tie(asker, reply, by=by, reason="复函所引")
