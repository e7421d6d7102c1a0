"""Lock-out at sign-in by account, whatever the address, and by address, whatever the account (domain 12.4)."""

from axes.attempts import get_cool_off_threshold
from axes.handlers.database import AxesDatabaseHandler
from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import Sum


class Handler(AxesDatabaseHandler):
    """Axes counts the account's failures (AXES_LOCKOUT_PARAMETERS); an address has a higher limit of its own.

    Higher, because a whole office may stand behind one address; what an account failed before it signed in rightly
    does not count against its address any more.
    """

    def get_failures(self, request, credentials=None) -> int:
        of_account = super().get_failures(request, credentials)
        if self.failures_of_address(request) >= settings.EGOV_ADDRESS_FAILURES:
            return max(of_account, settings.AXES_FAILURE_LIMIT)
        return of_account

    def failures_of_address(self, request) -> int:
        rows = AccessAttempt.objects.filter(
            ip_address=request.axes_ip_address, attempt_time__gte=get_cool_off_threshold(request)
        )
        return rows.aggregate(total=Sum("failures_since_start"))["total"] or 0
