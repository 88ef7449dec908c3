"""What img2dataset 1.4x does with a picture after its download (resizer.py, writer.py), from tars.

img2dataset_calls.py pillow|opencv OUT SIDE TAR…   one process a tar. resize_mode keep_ratio,
skip_reencode off: decode, resize, encode at quality 95, SHA-256 of the file; here with a PDQ hash
beside it. img2dataset calls OpenCV (imdecode, INTER_AREA, imencode); the same can be had of Pillow.
"""

import hashlib
import io
import json
import multiprocessing
import os
import sys
import tarfile

import cv2
import numpy
import pdqhash
import webdataset
from PIL import Image

CODEC, OUT, SIDE, SHARDS = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4:]


def with_pillow(data):
    picture = Image.open(io.BytesIO(data)).convert("RGB")
    scale = SIDE / min(picture.size)
    size = (round(picture.width * scale), round(picture.height * scale))
    picture = picture.resize(size, Image.BICUBIC)
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=95)
    return numpy.asarray(picture), buffer.getvalue()


def with_opencv(data):
    picture = cv2.imdecode(numpy.frombuffer(data, numpy.uint8), cv2.IMREAD_COLOR)
    height, width = picture.shape[:2]
    scale = SIDE / min(height, width)
    size = (round(width * scale), round(height * scale))
    picture = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    encoded = cv2.imencode(".jpg", picture, [int(cv2.IMWRITE_JPEG_QUALITY), 95])[1].tobytes()
    return cv2.cvtColor(picture, cv2.COLOR_BGR2RGB), encoded


resized = {"pillow": with_pillow, "opencv": with_opencv}[CODEC]


def convert(shard):
    cv2.setNumThreads(1)
    name = os.path.join(OUT, os.path.basename(shard))
    with tarfile.open(shard) as tar, webdataset.TarWriter(name) as writer:
        for member in tar:
            if not member.name.endswith(".jpg"):
                continue
            data = tar.extractfile(member).read()
            picture, encoded = resized(data)
            bits, quality = pdqhash.compute(picture)
            height, width = picture.shape[:2]
            meta = {
                "key": member.name[:-4], "width": width, "height": height, "pdq_quality": int(quality),
                "sha256": hashlib.sha256(encoded).hexdigest(), "pdq": numpy.packbits(bits).tobytes().hex(),
            }
            writer.write({"__key__": member.name[:-4], "jpg": encoded, "json": json.dumps(meta).encode()})


if __name__ == "__main__":
    os.makedirs(OUT, exist_ok=True)
    with multiprocessing.Pool(len(SHARDS)) as pool:
        pool.map(convert, SHARDS)
