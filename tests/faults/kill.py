"""Kills processes of a running demo at random while it fills, and looks whether anything was lost.

    python -m tests.faults.kill --kills 200 --seed 1 [--port 8110] [--data DIR] [--small]

Prints figures and violations as JSON; exits 1 when there is a violation. Data of a run without one are removed.
"""

import argparse
import json
import os
import random
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import psutil

from tests.faults.site import KINDS, PROJECT, Site

SIGNALS = {"SIGKILL": 75, "SIGTERM": 12, "SIGSTOP": 13}
PAUSES = 0.1, 1.5  # seconds between two kills
STOPPED = 0.2, 3.0  # seconds from SIGSTOP to SIGCONT
WATCHED = 0.7  # of the kills are followed by waiting for the recovery; the others meet one under way
FIRST_START = 600  # seconds, on a machine that does other things too
RECOVERY = 60  # seconds, then it counts as not recovered


class Killer:
    def __init__(self, site: Site, seed: int, spared: list[str]) -> None:
        self.site, self.random = site, random.Random(seed)
        self.kinds = {kind: weight for kind, weight in KINDS.items() if kind not in spared}
        self.by_target, self.by_signal = Counter(), Counter()
        self.recoveries: list[tuple[float, str]] = []
        self.restarts = self.supervisors = self.ended_alone = self.given_up = 0
        self.violations: list[str] = []

    def begin(self) -> None:
        self.site.start()
        if not self.site.wait(FIRST_START):
            raise SystemExit(f"The site did not start; {self.site.data}/run.log says why.")

    def strike(self) -> None:
        """One kill, at somebody who is there."""
        time.sleep(self.random.uniform(*PAUSES))
        self._take_up_demo()
        kind, victim = self._choose()
        if victim is None:
            self._revive_run()
            return
        name = self.random.choices(list(SIGNALS), list(SIGNALS.values()))[0]
        try:
            victim.send_signal(getattr(signal, name))
            if name == "SIGSTOP":
                time.sleep(self.random.uniform(*STOPPED))
                victim.send_signal(signal.SIGCONT)
        except psutil.NoSuchProcess:
            return
        self.by_target[kind] += 1
        self.by_signal[name] += 1
        began = time.monotonic()
        if kind == "supervisor" and name != "SIGSTOP":
            self.supervisors += 1
            self.site.process.wait(30)
            self._restart()
            if not self.site.wait(RECOVERY + 60):
                self._not_recovered(f"supervisor {name}, started again")
        elif self.random.random() < WATCHED:
            time.sleep(0.3)  # until the death can be seen
            if self.site.wait(RECOVERY):
                self.recoveries.append((round(time.monotonic() - began, 1), f"{kind} {name}"))
            else:
                self._not_recovered(f"{kind} {name}")

    def _choose(self) -> tuple[str, psutil.Process | None]:
        targets = {kind: found for kind, found in self.site.targets().items() if found and kind in self.kinds}
        if not targets or self.site.process.poll() is not None:
            return "", None
        kind = self.random.choices(list(targets), [self.kinds[kind] for kind in targets])[0]
        return kind, self.random.choice(targets[kind])

    def _take_up_demo(self) -> None:
        """A demo that was given up after too many interruptions is taken up by the next `make run`."""
        if self.site.demo_job()[0] == "failed":
            self.given_up += 1
            self.site.stop()
            self.site.clean_up()
            self.site.start()
            if not self.site.wait():
                self._not_recovered("taking up the demo")

    def _not_recovered(self, after: str) -> None:
        """One `make run` by hand is allowed; a second one that does not help is a violation."""
        if self.site.process.poll() is None:
            self.violations.append(f"Not recovered within {RECOVERY} s after {after}.")
            self.site.process.kill()
            self.site.process.wait()
        else:
            self.ended_alone += 1
        self._restart()
        if not self.site.wait(RECOVERY + 60):
            self.violations.append(f"One `make run` did not help after {after}.")

    def _revive_run(self) -> None:
        if self.site.process.poll() is not None:
            self._not_recovered("the end of `make run`")

    def _restart(self) -> None:
        self.restarts += 1
        self.site.start()

    def finish(self, patience: int) -> None:
        """The demo fills up; then everything is looked at, and ended in order."""
        if not self.site.wait(RECOVERY):
            self._not_recovered("the last kill")
        self._take_up_demo()
        until = time.monotonic() + patience
        while (job := self.site.demo_job())[0] != "done" and time.monotonic() < until:
            time.sleep(0.5)
        if job[0] != "done":
            self.violations.append(f"The demo is not complete {patience} s after the last kill: {job}.")

    def aftermath(self) -> dict:
        command = [sys.executable, "-m", "tests.faults.aftermath"]
        done = subprocess.run(command, cwd=PROJECT, env=self.site.environment, capture_output=True, text=True)
        if done.returncode:
            self.violations.append(f"The aftermath could not be looked at: {done.stderr[-2000:]}")
            return {}
        found = json.loads(done.stdout)
        self.violations += found.pop("violations")
        return found

    def end(self) -> None:
        began = time.monotonic()
        if not self.site.stop():
            self.violations.append("Ctrl-C did not end everything in 20 s.")
        self.ending = round(time.monotonic() - began, 1)

    def summary(self, seed: int, began: float, found: dict) -> dict:
        seconds = sorted(second for second, _ in self.recoveries)
        log = (self.site.data / "run.log").read_text(errors="replace")
        return {
            "seed": seed,
            "kills": sum(self.by_target.values()),
            "by_target": dict(self.by_target),
            "by_signal": dict(self.by_signal),
            "restarts_by_hand": self.restarts,
            "supervisors_ended": self.supervisors,
            "demo_given_up": self.given_up,
            "ended_without_being_hit": self.ended_alone,
            "recovery_p50_s": statistics.median(seconds) if seconds else None,
            "slowest_recoveries": sorted(self.recoveries, reverse=True)[:3],
            "ctrl_c_s": self.ending,
            "whole_run_s": round(time.monotonic() - began),
            "tracebacks_in_log": log.count("Traceback (most recent call last)"),
            **found,
            "violations": self.violations,
        }


def run(kills: int, seed: int, site: Site, *, patience: int = 300, spared=(), minutes: float = 600) -> dict:
    """The summary; nothing of the run is left but its folder. After `minutes` no further kill is begun."""
    began = time.monotonic()
    killer = Killer(site, seed, list(spared))
    try:
        killer.begin()
        while sum(killer.by_target.values()) < kills and time.monotonic() - began < minutes * 60:
            killer.strike()
        killer.finish(patience)
        found = killer.aftermath()
        killer.end()
        return killer.summary(seed, began, found)
    finally:
        site.clean_up()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=os.getpid())
    parser.add_argument("--port", type=int, default=8110)
    parser.add_argument(
        "--data", type=Path, help="an empty folder, kept; else a temporary one, removed when all is well"
    )
    parser.add_argument("--small", action="store_true", help="the demo of six units")
    parser.add_argument("--spare", nargs="*", default=[], choices=list(KINDS), help="kinds that are not hit")
    parser.add_argument("--minutes", type=float, default=600, help="fewer kills when they take longer")
    parser.add_argument("--patience", type=int, default=300, help="seconds for the demo to fill up after the last kill")
    given = parser.parse_args()
    data = given.data or Path(tempfile.mkdtemp(prefix="egov-kill-"))
    if any(data.glob("pgdata*")):
        parser.error(f"{data} is not empty.")
    site = Site(data, given.port, small=given.small)
    limits = {"patience": given.patience, "minutes": given.minutes, "spared": given.spare}
    summary = run(given.kills, given.seed, site, **limits)
    print(json.dumps(summary, ensure_ascii=False, indent=2))
    if summary["violations"]:
        sys.exit(1)
    if given.data is None:
        shutil.rmtree(data)


if __name__ == "__main__":
    main()
