"""How fast it goes, and how long it will take: of what was sent in this run, not of what was there before."""

import time

MEGABYTE = 1_000_000


class Speed:
    """Bytes of one package; `begin` when the first of them leaves."""

    def __init__(self, total: int) -> None:
        self.total = total
        self.began, self.start = time.monotonic(), 0

    def begin(self, there: int) -> None:
        self.began, self.start = time.monotonic(), there

    def shown(self, there: int) -> str:
        """31.2 / 62.4 MB，4.1 MB/s，约剩8秒."""
        told = f"{there / MEGABYTE:,.1f} / {self.total / MEGABYTE:,.1f} MB"
        took = time.monotonic() - self.began
        rate = (there - self.start) / took if took > 0 else 0
        if not rate:
            return told
        return f"{told}，{rate / MEGABYTE:,.1f} MB/s，约剩{left((self.total - there) / rate)}"


def left(seconds: float) -> str:
    """In the words of somebody who waits."""
    if seconds < 90:
        return f"{round(seconds)}秒"
    return f"{round(seconds / 60)}分钟" if seconds < 5400 else f"{seconds / 3600:.1f}小时"
