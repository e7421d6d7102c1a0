"""What an act said stands on the page that it led to, and nowhere else.

Two tabs share one store: without this the “已保存” of one would stand in green over what the other was refused.
"""

from time import time
from urllib.parse import urlsplit

from django.contrib.messages.storage.base import Message
from django.contrib.messages.storage.fallback import FallbackStorage

LASTS = 60  # seconds in which a page is come to that an act has led to
MARK = "@"


class PageMessages(FallbackStorage):
    """`extra_tags` of a kept message begin with when and where it is to stand: 1764200000@/records/@its own tags."""

    def __len__(self) -> int:
        return len(self._own()) + len(self._queued_messages)

    def __iter__(self):
        own, queued = self._own(), self._queued_messages
        others = [one for one in self._loaded_messages if one not in own]
        self.used = True
        self._loaded_data = [*own, *queued]
        self._queued_messages = []
        self._others = [*getattr(self, "_others", []), *others]
        for one in own:
            one.extra_tags = self._parts(one)[2]
        return iter(self._loaded_data)

    def update(self, response):
        target = urlsplit(response.get("Location", "")).path if 300 <= response.status_code < 400 else ""
        waiting = [*getattr(self, "_others", []), *([] if self.used else self._loaded_messages)]
        kept = [one for one in map(self._moved(target), waiting) if self._is_fresh(one)]
        if target:
            for one in self._queued_messages:
                one.extra_tags = MARK.join((f"{time():.0f}", target, one.extra_tags or ""))
        self._prepare_messages(self._queued_messages)
        if kept or self._queued_messages or self.used:
            return self._store([*kept, *self._queued_messages], response)
        return [] if not waiting else self._store([], response)

    def _own(self) -> list[Message]:
        """Those of this page: an act that is refused shows what it says itself, nothing that waited for the page."""
        if self.used:
            return self._loaded_messages
        is_read = self.request.method in ("GET", "HEAD")
        return [one for one in self._loaded_messages if is_read and self._place(one) in ("", self.request.path)]

    def _moved(self, target: str):
        """What stands for a page that leads on to another stands for that one."""

        def move(one: Message) -> Message:
            if target and self._place(one) == self.request.path and self.request.method in ("GET", "HEAD"):
                said_at, _, own = self._parts(one)
                one.extra_tags = MARK.join((said_at, target, own))
            return one

        return move

    @staticmethod
    def _parts(one: Message) -> tuple[str, str, str]:
        """When it was said, where it is to stand, its own tags."""
        said_at, mark, rest = (one.extra_tags or "").partition(MARK)
        place, _, own = rest.partition(MARK)
        return (said_at, place, own) if mark else ("", "", said_at)

    def _place(self, one: Message) -> str:
        return self._parts(one)[1]

    def _is_fresh(self, one: Message) -> bool:
        said_at = self._parts(one)[0]
        return not said_at or time() - int(said_at) < LASTS
