"""What one probe may take."""

import resource
from pathlib import Path

CPU_SECONDS = 20
MEMORY_BYTES = 1536 * 2**20  # address space beside the mapped file


def limit_resources(path: str, cpu_seconds: int = CPU_SECONDS) -> None:
    memory = MEMORY_BYTES + 2 * Path(path).stat().st_size
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
