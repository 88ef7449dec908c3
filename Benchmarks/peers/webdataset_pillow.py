"""webdataset's reader and writer around Pillow and the hash that ours computes, one process a tar.

webdataset_pillow.py OUT SIDE TAR…
"""

import hashlib
import io
import json
import multiprocessing
import os
import sys

import numpy
import pdqhash
import webdataset
from PIL import Image

OUT, SIDE, SHARDS = sys.argv[1], int(sys.argv[2]), sys.argv[3:]


def convert(shard):
    samples = webdataset.WebDataset(shard, shardshuffle=False).decode("pilrgb")
    with webdataset.TarWriter(os.path.join(OUT, os.path.basename(shard))) as writer:
        for sample in samples:
            if "jpg" not in sample:
                continue
            picture = sample["jpg"]
            scale = SIDE / min(picture.size)
            picture = picture.resize(
                (round(picture.width * scale), round(picture.height * scale)), Image.BICUBIC)
            buffer = io.BytesIO()
            picture.save(buffer, "JPEG", quality=90)
            encoded = buffer.getvalue()
            bits, quality = pdqhash.compute(numpy.asarray(picture))
            meta = {
                "width": picture.width, "height": picture.height, "pdq_quality": int(quality),
                "sha256": hashlib.sha256(encoded).hexdigest(), "pdq": numpy.packbits(bits).tobytes().hex(),
            }
            writer.write({"__key__": sample["__key__"], "jpg": encoded, "json": json.dumps(meta).encode()})


if __name__ == "__main__":
    os.makedirs(OUT, exist_ok=True)
    with multiprocessing.Pool(len(SHARDS)) as pool:
        pool.map(convert, SHARDS)
