"""Deny by default: every view says who may, and the list of public ones is a literal."""

from tests.routes import access_of, all_routes

PUBLIC = {
    "units:sign_in_help",
    "home",
    "units:sign_in",
    "units:components",
    "units:healthz",
    "units:metrics",
}


def test_every_view_says_who_may():
    assert [name for name, pattern in all_routes().items() if not access_of(pattern)] == []


def test_public_routes_outside_the_portal_are_these():
    public = {name for name, pattern in all_routes().items() if access_of(pattern).startswith("public:")}
    assert {name for name in public if not name.startswith("portal:")} == PUBLIC


def test_every_route_of_the_portal_is_public():
    portal = {name: access_of(pattern) for name, pattern in all_routes().items() if name.startswith("portal:")}
    assert portal and all(mark.startswith("public:") for mark in portal.values())


def test_routes_of_other_installations_are_these():
    """They alone have neither session nor CSRF token (units.access.called_by_machines)."""
    routes = all_routes()
    machines = {name for name, pattern in routes.items() if access_of(pattern) == "machine:signed"}
    assert machines == {f"transfer:exchange_{name}" for name in ("announce", "arrival", "chunk", "finish")}
    exempt = {name for name, pattern in routes.items() if getattr(pattern.callback, "csrf_exempt", False)}
    assert {name for name in exempt if not name.startswith("portal:")} == machines


def test_the_menu_has_every_apps_part(clerk, client):
    client.force_login(clerk, backend="django.contrib.auth.backends.ModelBackend")
    groups = [group["label"] for group in client.get("/waiting/").context["nav"]]
    assert groups == ["公文", "档案", "监督指导", "管理"]
