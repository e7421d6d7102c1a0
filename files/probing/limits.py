"""What one probe may take, and how it answers."""

import json
import resource
import sys
from collections.abc import Callable
from pathlib import Path

CPU_SECONDS = 20
MEMORY_BYTES = 1536 * 2**20  # address space beside the mapped file


def limit_resources(path: str, cpu_seconds: int = CPU_SECONDS) -> None:
    memory = MEMORY_BYTES + 2 * Path(path).stat().st_size
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def answer(path: str, look: Callable[[str], dict], too_large: tuple[type[BaseException], ...] = ()) -> None:
    """Write the facts that `look` finds, or the fault: the parser of others' files may raise anything at all."""
    try:
        limit_resources(path)
        seen = look(path)
    except (MemoryError, *too_large):
        seen = {"fault": "too-large"}
    except Exception as error:
        seen = {"fault": "damaged", "error": type(error).__name__}
    sys.stdout.write(json.dumps(seen))
