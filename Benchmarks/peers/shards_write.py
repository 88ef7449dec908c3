"""Writes the samples of a folder in a peer's shards: shards_write.py KIND INPUT OUT.

The time does not hold the imports.
"""

import json
import os
import sys

from timed import Timed


def lines(folder):
    """Key, path of the picture, and record of every sample."""
    with open(os.path.join(folder, "samples.jsonl")) as file:
        for line in file:
            record = json.loads(line)
            yield record["id"], os.path.join(folder, record["provenance"]["member"]), line.rstrip("\n")


def item(sample):
    identity, path, line = sample
    with open(path, "rb") as file:
        return {"id": identity, "image": file.read(), "record": line}


def main():
    kind, folder, out = sys.argv[1:]
    if kind == "webdataset":
        import webdataset as wds

        os.makedirs(out)
        with Timed() as timed, wds.ShardWriter(f"{out}/%06d.tar", maxsize=64 << 20, verbose=0) as writer:
            for sample in map(item, lines(folder)):
                record = sample["record"].encode()
                writer.write({"__key__": sample["id"], "jpg": sample["image"], "json": record})
                timed.add(len(sample["image"]) + len(record))
    elif kind.startswith("mds"):
        from streaming import MDSWriter

        options = {} if kind == "mds-plain" else {"compression": "zstd:3", "hashes": ["xxh64"]}
        columns = {"id": "str", "image": "bytes", "record": "str"}
        with Timed() as timed, MDSWriter(columns=columns, out=out, **options) as writer:
            for sample in map(item, lines(folder)):
                writer.write(sample)
                timed.add(len(sample["image"]) + len(sample["record"]))
    else:
        import litdata

        with Timed() as timed:
            inputs = list(lines(folder))
            litdata.optimize(fn=item, inputs=inputs, output_dir=out, chunk_bytes="64MB", num_workers=2)
            for _, path, line in inputs:
                timed.add(os.path.getsize(path) + len(line))


if __name__ == "__main__":
    main()
