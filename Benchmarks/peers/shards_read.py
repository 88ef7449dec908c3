"""Reads a peer's shards and prints how many samples a second: shards_read.py KIND FOLDER ORDER
[COUNT AMONG].

ORDER is sequential, or random: COUNT samples among the first AMONG. Pictures stay bytes; records are
parsed. The time does not hold the imports.
"""

import glob
import json
import random
import sys

from timed import Timed


def read(kind, folder, order, count=0, among=0):
    if kind == "webdataset":
        import webdataset as wds

        data = wds.WebDataset(sorted(glob.glob(folder + "/*.tar")), shardshuffle=False)
        return (len(s["jpg"]) + len(s["json"]) for s in data if json.loads(s["json"]))
    if kind.startswith("mds"):
        from streaming import StreamingDataset
        from streaming.base.util import clean_stale_shared_memory

        clean_stale_shared_memory()
        if kind == "mds":
            data = StreamingDataset(remote=folder, local=folder + "-local", shuffle=False,
                                    batch_size=1, validate_hash="xxh64")
        else:
            data = StreamingDataset(local=folder, shuffle=False, batch_size=1)
    else:
        import litdata

        # Its documentation's setting for reads that do not go on where the last one ended.
        options = {"batch_decode": 0} if order == "random" else {}
        data = litdata.StreamingDataset(folder, shuffle=False, **options)
    if order == "random":
        rng = random.Random(7)
        picked = (data[rng.randrange(int(among))] for _ in range(int(count)))
    else:
        picked = iter(data)
    return (len(s["image"]) + len(s["record"]) for s in picked if json.loads(s["record"]))


def main():
    samples = read(*sys.argv[1:])
    with Timed() as timed:
        for length in samples:
            timed.add(length)


if __name__ == "__main__":
    main()
