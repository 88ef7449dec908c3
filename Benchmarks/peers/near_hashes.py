"""near_hashes.py FILE OUT DISTANCE: near duplicates among 64-bit hashes by imagededup, two workers.

A line of FILE is `NUMBER HEX`; writes {number: [numbers of those up to DISTANCE bits apart]}.
"""

import json
import sys

from imagededup.methods import PHash

path, out, distance = sys.argv[1:]
with open(path) as file:
    hashes = dict(line.split() for line in file)
near = PHash(verbose=False).find_duplicates(
    encoding_map=hashes, max_distance_threshold=int(distance), num_dist_workers=2)
with open(out, "w") as file:
    json.dump(near, file)
