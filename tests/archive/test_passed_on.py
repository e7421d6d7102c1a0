"""承接档案: whoever stands in the place of a body that ended is told so, and says that he has read it."""

import pytest
from django.urls import reverse
from django.utils import timezone

from archive import passed_on, reorganising
from tests.transfer.stock import browser, stocked
from units.models import Appointment, Task, User
from units.people import dismiss
from units.workflow import Refused

pytestmark = pytest.mark.django_db


def test_the_successors_archivist_and_leader_are_told_what_is_left_and_read_it(people, units):
    """Fault: nobody told the successor."""
    stocked(people, 3, unit="D09", is_checked=True)
    for one in Appointment.objects.active().filter(post__unit__code="D09"):
        dismiss(one, by=people["D07:secadmin"], reason="机构撤并")
    reorganising.end_unit(
        units["D09"],
        by=people["D07:sysadmin"],
        on=timezone.localdate(),
        basis="长委〔2026〕5号",
        successor=units["D15"],
    )
    for post in ("archivist", "leader"):
        person = User.objects.get(pk=people[f"D15:{post}"].pk)
        task = Task.objects.get(subject_type="succession", post__kind=post)
        assert (task.unit, task.kind) == (units["D15"], "read") and "区民政局" in task.title.replace("长宁", "")
        assert "未移交档案 3 件" in task.detail and str(timezone.localdate()) in task.detail
        visitor, address = browser(person), reverse("archive:fonds")
        assert "<button>阅毕" in visitor.get(address).content.decode()
        visitor.post(address, {"unit": str(units["D09"].uid)})
        task.refresh_from_db()
        assert task.done_by == person and "<button>阅毕" not in visitor.get(address).content.decode()
        with pytest.raises(Refused):
            passed_on.read(str(units["D09"].uid), by=person)
