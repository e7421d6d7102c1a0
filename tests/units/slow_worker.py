"""`python -m tests.units.slow_worker`: a real worker that also knows a slow job, which writes down what it does.

Each line of the file is `process attempt step`; a step takes a tenth of a second.
"""

import os
import time
from pathlib import Path

import django

STEPS = 40


def slow(job, log: str) -> None:
    for step in range(1, STEPS + 1):
        with Path(log).open("a", encoding="ascii") as out:
            out.write(f"{os.getpid()} {job.attempt} {step}\n")
        time.sleep(0.1)
        job.advance(step, STEPS, "慢")


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "changning_egov.settings"
    django.setup()
    from units import jobs, worker

    jobs.handler("test_slow_steps")(slow)
    worker.run()
