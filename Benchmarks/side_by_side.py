"""Runs commands alternately and compares their wall time, CPU time and peak memory.

Every command runs in a process of its own; CPU seconds are user and system time of the process and
its children, memory is the largest resident set of any one of them. The machine may be shared, so
the median of several runs counts, and ratios say more than seconds.
"""

import atexit
import dataclasses
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
WORK = os.path.join(ROOT, ".bench")
ASIDE = os.path.join(WORK, "aside")
atexit.register(shutil.rmtree, ASIDE, ignore_errors=True)
SCANPATH = os.environ.get("SCANPATH", os.path.join(ROOT, ".build", "release", "scanpath"))


@dataclasses.dataclass
class Run:
    wall: float
    cpu: float
    peak: int  # bytes
    output: str


def peer(name, *arguments):
    """The command of `peers/NAME.py`."""
    return [sys.executable, os.path.join(ROOT, "Benchmarks", "peers", name + ".py"), *arguments]


def aside(path):
    """Moves what an earlier run left out of the way, to be removed when all runs are over.

    A file system that has just lost many files takes longer to make new ones.
    """
    if os.path.exists(path):
        os.makedirs(ASIDE, exist_ok=True)
        os.rename(path, os.path.join(ASIDE, str(len(os.listdir(ASIDE)))))


def measure(command, clean=(), environment=None):
    """One run of a command, after the paths in `clean` were moved aside."""
    for path in clean:
        aside(path)
    # `time` of its own process, so that earlier children count for nothing.
    probe = (
        "import json,os,resource,subprocess,sys,time\n"
        "start=time.monotonic()\n"
        "done=subprocess.run(sys.argv[2:],stdout=subprocess.PIPE,stderr=subprocess.PIPE)\n"
        "wall=time.monotonic()-start\n"
        "used=resource.getrusage(resource.RUSAGE_CHILDREN)\n"
        "json.dump([done.returncode,wall,used.ru_utime+used.ru_stime,used.ru_maxrss*1024,"
        "done.stdout.decode(errors='replace'),done.stderr.decode(errors='replace')],"
        "open(sys.argv[1],'w'))\n"
    )
    with tempfile.NamedTemporaryFile(suffix=".json") as result:
        subprocess.run(
            [sys.executable, "-c", probe, result.name, *command],
            check=True,
            env={**os.environ, **(environment or {})},
        )
        code, wall, cpu, peak, output, errors = json.load(open(result.name))
    if code != 0:
        raise SystemExit(f"{' '.join(command)} ended with {code}:\n{errors[-2000:]}{output[-2000:]}")
    return Run(wall, cpu, peak, output)


def compare(title, contenders, runs=3, target=None, beside=0, environment=None, once=()):
    """Runs all contenders in turn, `runs` times, and prints a table; the first one is ours.

    A second table has what the contenders timed themselves, where they print "W s, C s CPU": without
    the start of the process and its imports.

    contenders: {label: (command, paths to remove before)}; labels of ours begin with "scanpath".
    target: how many times faster than every peer ours should be; said, never enforced.
    beside: how many of the last contenders are not meant by that.
    once: labels of those that take too long for more than one run.
    """
    taken = {label: [] for label in contenders}
    for number in range(runs):
        for label, (command, clean) in contenders.items():
            if number > 0 and label in once:
                continue
            taken[label].append(measure(command, clean, environment))
    print(f"\n{title}")
    print_table({label: [(run.wall, run.cpu, run.peak) for run in those] for label, those in taken.items()}, target, beside)
    inside = {label: [times_inside(run) for run in those] for label, those in taken.items()}
    inside = {label: those for label, those in inside.items() if all(those)}
    if len(inside) > 1:
        print("the same without the start of processes and imports")
        print_table(inside, target, beside)
    return {label: those[-1].output for label, those in taken.items()}


def times_inside(run):
    """What a contender says it took, with the peak of its process; `None` if it says nothing."""
    found = re.search(r"([\d.]+) s, ([\d.]+) s CPU", run.output)
    return found and (float(found[1]), float(found[2]), run.peak)


def print_table(taken, target, beside):
    """Medians of {label: [(wall, cpu, peak)]}, and whether the target is met."""
    print(f"{'':34} {'wall s':>9} {'cpu s':>9} {'peak MB':>9} {'wall x':>8} {'cpu x':>8}")
    medians = {label: [statistics.median(column) for column in zip(*those)] for label, those in taken.items()}
    ours = next(iter(medians.values()))
    for label, (wall, cpu, peak) in medians.items():
        print(
            f"{label:34} {wall:9.2f} {cpu:9.2f} {peak / 1e6:9.0f}"
            f" {wall / ours[0]:8.2f} {cpu / ours[1]:8.2f}"
        )
    if target is not None:
        peers = [label for label in list(medians)[: len(medians) - beside] if not label.startswith("scanpath")]
        slowest = min(medians[label][0] / ours[0] for label in peers)
        word = "met" if slowest >= target else "NOT met"
        print(f"asked for: {target} times as fast as the fastest peer; {word} ({slowest:.2f})")
