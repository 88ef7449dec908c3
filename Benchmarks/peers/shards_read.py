"""Reads a peer's shards and prints how many samples a second: shards_read.py KIND FOLDER ORDER
[COUNT].

ORDER is sequential, or random: COUNT samples. Pictures stay bytes; records are parsed.
"""

import glob
import json
import random
import sys
import time


def read(kind, folder, order, count=0):
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

        data = litdata.StreamingDataset(folder, shuffle=False)
    if order == "random":
        rng = random.Random(7)
        picked = (data[rng.randrange(len(data))] for _ in range(int(count)))
    else:
        picked = iter(data)
    return (len(s["image"]) + len(s["record"]) for s in picked if json.loads(s["record"]))


def main():
    start = time.monotonic()
    count = size = 0
    for length in read(*sys.argv[1:]):
        count += 1
        size += length
    taken = time.monotonic() - start
    print(f"{count} samples, {size} bytes, {int(count / taken)} samples/s")


if __name__ == "__main__":
    main()
