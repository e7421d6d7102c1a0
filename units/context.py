"""What every staff page shows around its content: navigation with counters, and the acting post."""

from django.urls import reverse

from .access import standing, units_with
from .models import Task

# (group, label, url name, permission or None for everybody); apps above add theirs through settings-free registration
NAVIGATION: list[tuple[str, str, str, str | None]] = []
LAST: list[tuple[str, str, str, str | None]] = []  # administration, after everybody's work
COUNTERS: dict = {}


def navigation(request) -> dict:
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"site_name": "长宁区电子公文与数字档案平台"}
    groups: dict[str, list] = {}
    for group, label, name, permission in [*NAVIGATION, *LAST]:
        if permission is not None and not units_with(permission, user):
            continue
        url = reverse(name)
        groups.setdefault(group, []).append(
            {
                "label": label,
                "url": url,
                "count": COUNTERS[name](user) if name in COUNTERS else None,
                "current": request.path == url,
            }
        )
    return {
        "site_name": "长宁区电子公文与数字档案平台",
        "nav": [{"label": label, "items": items} for label, items in groups.items()],
        "acting": getattr(request, "acting", None),
        "appointments": standing(user).appointments,
    }


def waiting_count(user) -> int:
    return Task.objects.waiting_for(user).count()
