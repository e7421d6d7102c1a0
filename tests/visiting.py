"""Visitors of one test, each signed in once: a browser made and signed in for every visit costs more than its page."""

from django.conf import settings
from django.test import Client
from django.urls import reverse


class Browsers:
    """`of(person)` is his browser as it was after signing in: whatever a visit left in it is gone.

    The visit itself is rolled back by whoever asks for it, the end of its session too.
    """

    def __init__(self) -> None:
        self.known: dict = {}

    def of(self, person) -> Client:
        if person not in self.known:
            client = Client()
            if person:
                client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
                client.get(reverse("home"))  # its session says when he was last here: no visit writes that again
            self.known[person] = client, {name: one.value for name, one in client.cookies.items()}
        client, cookies = self.known[person]
        client.cookies.clear()
        for name, value in cookies.items():
            client.cookies[name] = value
        assert person is None or settings.SESSION_COOKIE_NAME in client.cookies
        return client
