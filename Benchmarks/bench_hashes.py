"""Near duplicates among 100,000 perceptual hashes: ours and imagededup, two workers each.

Both get the same file of 64-bit hashes, the only length that imagededup compares, and join those
up to 10 bits apart; the groups of both are compared. Every query of imagededup lays out all hashes
anew in Python, so that 100,000 of them take most of an hour: it runs once. HASHES=10000 is enough
for a look.
"""

import json
import os
import random

from side_by_side import SCANPATH, WORK, compare, peer

HASHES = int(os.environ.get("HASHES", 100_000))
DISTANCE = 10
FOLDER = os.path.join(WORK, f"hashes-{HASHES}")
FILE = os.path.join(FOLDER, "hashes.txt")
NEAR = os.path.join(FOLDER, "near.json")


def make_input():
    """Random hashes; every fifth is an earlier one with up to eight bits changed."""
    os.makedirs(FOLDER, exist_ok=True)
    rng = random.Random(7)
    hashes = []
    for number in range(HASHES):
        code = hashes[rng.randrange(number)] if number % 5 == 4 else rng.getrandbits(64)
        for _ in range(rng.randrange(9) if number % 5 == 4 else 0):
            code ^= 1 << rng.randrange(64)
        hashes.append(code)
    with open(FILE, "w") as file:
        for number, code in enumerate(hashes):
            file.write(f"{number} {code:016x}\n")


def groups(near):
    """Of every hash the first of its group: of those that are joined by near pairs."""
    parents = list(range(HASHES))

    def root(number):
        while parents[number] != number:
            parents[number] = parents[parents[number]]
            number = parents[number]
        return number

    for number, others in near.items():
        for other in others:
            first, last = sorted((root(int(number)), root(int(other))))
            parents[last] = first
    return [root(number) for number in range(HASHES)]


def ours(workers):
    return [os.path.join(os.path.dirname(SCANPATH), "near-hashes"), FILE, str(DISTANCE), str(workers)]


make_input()
outputs = compare(
    f"near hashes: {HASHES} hashes of 64 bits, up to {DISTANCE} apart, from a file to groups",
    {
        "scanpath, 2 workers": (ours(2), []),
        "imagededup, 2 workers": (peer("near_hashes", FILE, NEAR, str(DISTANCE)), []),
        "scanpath, 1 worker": (ours(1), []),
    },
    runs=int(os.environ.get("RUNS", 3)),
    target=20,
    beside=1,
    once=["imagededup, 2 workers"],
)
theirs = groups(json.load(open(NEAR)))
same = theirs == [int(line) for line in outputs["scanpath, 2 workers"].split()]
print(f"groups: {len(set(theirs))} by imagededup, {'the same' if same else 'OTHERS'} by scanpath")
