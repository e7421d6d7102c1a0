"""pyHanko runs an event loop of its own for each signature and each check; a thread that runs one already cannot."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")


def outside_a_loop(call: Callable[[], T]) -> T:
    """What `call` gives; in a thread of its own where this one runs an event loop (an asynchronous server)."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return call()
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(call).result()
