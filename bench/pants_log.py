"""Reads what Pants executed, and when, from what `./pants -ldebug --no-dynamic-ui` prints.

Not a benchmark: the benchmarks beside it import it. Times are seconds after midnight, to 0.01 s.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_LINE = re.compile(r"^(\d\d):(\d\d):(\d\d\.\d\d) \[[A-Z]+\] (.*)$")
_RUNNING = re.compile(r"^Running (.*) under semaphore with concurrency id: ")
_SPAWNED = re.compile(r"^spawned local process as Some\(.*description: \"((?:[^\"\\]|\\.)*)\"")
_DOWNLOAD = re.compile(r"^(Starting|Completed): Downloading: (\S+)")
_GOAL = re.compile(r"^(Starting|Completed): `\w+` goal$")


@dataclass
class Executed:
    """A process that really ran: `ready` to run, `started` in a slot, `spawned`, `ended`.

    From `started` to `spawned` Pants sets up the sandbox; from `spawned` to `ended` the process
    runs and its outputs are stored.
    """

    description: str
    ready: float
    started: float
    spawned: float = 0.0
    ended: float = 0.0


@dataclass
class Download:
    url: str
    started: float
    ended: float = 0.0


@dataclass
class PantsLog:
    """`goal` is when the goal started and ended: without the start-up of Pants."""

    executed: list[Executed] = field(default_factory=list)
    downloads: list[Download] = field(default_factory=list)
    goal: tuple[float, float] = (0.0, 0.0)


def parse(text: str) -> PantsLog:
    """Only finished processes and downloads are listed."""
    log = PantsLog()
    ready: dict[str, float] = {}
    running: dict[str, Executed] = {}
    loading: dict[str, Download] = {}
    day, last = 0.0, 0.0
    for line in text.splitlines():
        match = _LINE.match(line)
        if match is None:
            continue
        hours, minutes, seconds, message = match.groups()
        time = day + int(hours) * 3600 + int(minutes) * 60 + float(seconds)
        if time < last - 43200:  # past midnight
            day, time = day + 86400, time + 86400
        last = time
        if message.startswith("Starting: Scheduling: "):
            ready[message[len("Starting: Scheduling: ") :]] = time
        elif match := _RUNNING.match(message):
            name = match[1]
            running[name] = Executed(name, ready.get(name, time), time)
        elif match := _SPAWNED.match(message):
            if match[1] in running:
                running[match[1]].spawned = time
        elif match := _DOWNLOAD.match(message):
            if match[1] == "Starting":
                loading[match[2]] = Download(match[2], time)
            elif match[2] in loading:
                log.downloads.append(loading.pop(match[2]))
                log.downloads[-1].ended = time
        elif match := _GOAL.match(message):
            log.goal = (time, time) if match[1] == "Starting" else (log.goal[0], time)
        elif message.startswith("Completed: "):
            # A rule may bear the same name as its process, which ends first.
            process = running.pop(message[len("Completed: ") :], None)
            if process is not None and process.spawned:
                process.ended = time
                log.executed.append(process)
    return log


def shares(intervals: list[tuple[str, float, float]], begin: float, end: float) -> dict[str, float]:
    """Divides the time from `begin` to `end` among stages; the shares add up to `end - begin`.

    `intervals` are (stage, start, end). Each instant is divided equally among the intervals that
    contain it; instants in none of them are the share of the stage "".
    """
    cuts = sorted({begin, end, *(t for _, s, e in intervals for t in (s, e) if begin < t < end)})
    found: dict[str, float] = {}
    for left, right in zip(cuts, cuts[1:]):
        active = [stage for stage, s, e in intervals if s <= left and right <= e] or [""]
        for stage in active:
            found[stage] = found.get(stage, 0.0) + (right - left) / len(active)
    return found
