"""Ingests everything in FOLDER/input in one run and judges it: ingest_all.py FOLDER SCANPATH"""

import json
import os
import resource
import shutil
import subprocess
import sys
import time

FOLDER, SCANPATH = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
SECONDS, BYTES = 600, 300 * 10**6

PIPELINE = """\
name: hostile
seed: 1
domain: visual-search
max-bad: 100%
stages:
  - ingest: {archives: [input], annotations: questions.jsonl}
"""


def run():
    shutil.rmtree(os.path.join(FOLDER, "run"), ignore_errors=True)
    with open(os.path.join(FOLDER, "hostile.yaml"), "w") as file:
        file.write(PIPELINE)
    start = time.monotonic()
    with open(os.path.join(FOLDER, "ingest.log"), "w") as log:
        try:
            done = subprocess.run(
                [SCANPATH, "run", "hostile.yaml", "--run-folder", "run"],
                cwd=FOLDER, stdout=log, stderr=subprocess.STDOUT, timeout=SECONDS)
            code = done.returncode
        except subprocess.TimeoutExpired:
            code = None
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return code, time.monotonic() - start, used.ru_utime + used.ru_stime, used.ru_maxrss * 1024


def quarantine():
    """The codes of every refused member, by its path from the input on."""
    path = os.path.join(FOLDER, "run", "quarantine", "ingest.jsonl.zst")
    if not os.path.exists(path):
        return {}
    text = subprocess.run(["zstd", "-dcq", path], check=True, stdout=subprocess.PIPE).stdout
    found = {}
    for line in text.decode().splitlines():
        fault = json.loads(line)
        fault = fault.get("fault", fault)
        place = fault.get("place", fault)
        found.setdefault(place.get("member") or place.get("file") or "", set()).add(fault["code"])
    return found


def has(found, member, codes):
    """Whether the member, or for a name that ends in `!/` any member below it, was refused so."""
    below = member.endswith("!/")
    for path, reasons in found.items():
        if path == member or below and (path.startswith(member) or path == member[:-2]):
            if codes is None or reasons & set(codes):
                return True
    return False


code, wall, cpu, peak = run()
found = quarantine()
expected = json.load(open(os.path.join(FOLDER, "expected.json")))
missing = [m for m, codes in expected.items() if codes is not None and not has(found, m, codes)]
outside = [
    path for path in ("/tmp/outside.png", "/absolute.png", os.path.join(os.path.dirname(FOLDER), "outside.png"))
    if os.path.exists(path)
]
rows = [
    ("exit code", code, code in (0, 1)),
    ("wall seconds", f"{wall:.1f} (CPU {cpu:.1f})", code is not None),
    ("peak memory, MB", f"{peak / 1e6:.0f} (below {BYTES / 1e6:.0f})", peak < BYTES),
    ("refused members", sum(len(codes) for codes in found.values()), bool(found)),
    ("expected refusals", f"{len(expected) - len(missing)} of {len(expected)}", not missing),
    ("written outside", len(outside), not outside),
]
for name, value, good in rows:
    print(f"{name:20} {value!s:28} {'ok' if good else 'NOT OK'}")
for member in missing:
    print(f"  {member}: expected {expected[member]}, found {sorted(found.get(member, [])) or 'nothing'}")
if code not in (0, 1):
    print(open(os.path.join(FOLDER, "ingest.log"), errors="replace").read()[-2000:])
sys.exit(0 if all(good for _, _, good in rows) else 1)
