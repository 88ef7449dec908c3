"""Writes the samples of a folder in a peer's shards: shards_write.py KIND INPUT OUT."""

import json
import os
import sys


def samples(folder):
    with open(os.path.join(folder, "questions.jsonl")) as lines:
        for line in lines:
            record = json.loads(line)
            with open(os.path.join(folder, record["image"]), "rb") as file:
                yield record["id"], file.read(), line.rstrip("\n")


def item(pair):
    identity, path, line = pair
    with open(path, "rb") as file:
        return {"id": identity, "image": file.read(), "record": line}


def main():
    kind, folder, out = sys.argv[1:]
    if kind == "webdataset":
        import webdataset as wds

        os.makedirs(out)
        with wds.ShardWriter(f"{out}/%06d.tar", maxsize=64 << 20, verbose=0) as writer:
            for identity, image, line in samples(folder):
                writer.write({"__key__": identity, "jpg": image, "json": line.encode()})
    elif kind.startswith("mds"):
        from streaming import MDSWriter

        options = {} if kind == "mds-plain" else {"compression": "zstd:3", "hashes": ["xxh64"]}
        columns = {"id": "str", "image": "bytes", "record": "str"}
        with MDSWriter(columns=columns, out=out, **options) as writer:
            for identity, image, line in samples(folder):
                writer.write({"id": identity, "image": image, "record": line})
    else:
        import litdata

        inputs = []
        with open(os.path.join(folder, "questions.jsonl")) as lines:
            for line in lines:
                record = json.loads(line)
                inputs.append((record["id"], os.path.join(folder, record["image"]), line.rstrip("\n")))
        litdata.optimize(fn=item, inputs=inputs, output_dir=out, chunk_bytes="64MB", num_workers=2)


if __name__ == "__main__":
    main()
