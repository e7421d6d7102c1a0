"""Whether a test commits what it does, or all of it is rolled back."""


def commits(request) -> bool:
    marker = request.node.get_closest_marker("django_db")
    asked = {"transactional_db", "live_server"} & set(request.fixturenames)
    return bool(asked or (marker and marker.kwargs.get("transaction")))
