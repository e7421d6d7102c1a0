"""What one probe may take, and how it answers."""

import json
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path

CPU_SECONDS = 20
MEMORY_BYTES = 1536 * 2**20  # address space beside the mapped file
SHARED_BYTES = 4 * 2**20  # a PDF up to this size may be looked into by a process that has seen others before it
SHARED_FILES = 200  # files of one such process
_EACH_SECONDS = 150  # of processor time: more than any probe allows itself
_shared = {"is": False, "spent": 0}


def limit_resources(path: str, cpu_seconds: int = CPU_SECONDS) -> None:
    memory = MEMORY_BYTES + 2 * Path(path).stat().st_size
    _shared["spent"] = int(time.process_time()) if _shared["is"] else 0
    _limit(resource.RLIMIT_AS, memory, memory)
    _limit(resource.RLIMIT_CPU, _shared["spent"] + cpu_seconds, cpu_seconds + 1)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def allow_seconds(cpu_seconds: int) -> None:
    """Processor time that this file may have taken in all, from now on; below what `limit_resources` was given."""
    _limit(resource.RLIMIT_CPU, _shared["spent"] + cpu_seconds, resource.getrlimit(resource.RLIMIT_CPU)[1])


def _limit(kind: int, soft: int, hard: int) -> None:
    resource.setrlimit(kind, (soft, resource.getrlimit(kind)[1] if _shared["is"] else hard))


def begin_sharing() -> None:
    """This process looks into several files one after the other: each has its own limits below those of all."""
    memory, seconds = MEMORY_BYTES + 2 * SHARED_BYTES, SHARED_FILES * _EACH_SECONDS
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    _shared["is"] = True


def believed(facts: dict) -> dict:
    """The facts of one file. A fault is believed only of a process that has seen no other file: others end here."""
    if "fault" in facts and _shared["is"]:
        raise SystemExit(1)
    return facts


def answer(path: str, look: Callable[[str], dict], too_large: tuple[type[BaseException], ...] = ()) -> None:
    """Write the facts that `look` finds, or the fault: the parser of others' files may raise anything at all."""
    try:
        limit_resources(path)
        seen = look(path)
    except (MemoryError, *too_large):
        seen = {"fault": "too-large"}
    except Exception as error:
        seen = {"fault": "damaged", "error": type(error).__name__}
    sys.stdout.write(json.dumps(believed(seen)))
