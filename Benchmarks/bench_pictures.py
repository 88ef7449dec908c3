"""Archives to decoded, resized, hashed, sharded pictures: ours, img2dataset's calls, webdataset.

2,000 JPEG files of 640x480 in two tars come out 256 pixels high, with their SHA-256 and a perceptual
hash, in shards. Ours is a pipeline file, with all it does beside: decoding every picture twice to
check it, quarantine, manifests, checksums, and what crash safety asks of the disk.
"""

import io
import json
import os
import random
import tarfile

from PIL import Image, ImageDraw

from side_by_side import SCANPATH, WORK, compare, peer

PICTURES = 2_000
SIDE = 256
FOLDER = os.path.join(WORK, "pictures")
SHARDS = [os.path.join(FOLDER, f"in-{number}.tar") for number in range(2)]
PIPELINE = """
name: pictures
seed: 7
domain: easy-vqa
stages:
  - ingest: {archives: [%s]}
  - resize: {shortest: %d}
  - dedup: {images: perceptual}
  - write: {dataset: pictures, records: question}
"""


def picture(rng):
    """A scene of slopes, discs and some grain, about 60 kB: neither flat nor noise."""
    size = (640, 480)
    grain = Image.frombytes("RGB", (160, 120), rng.randbytes(160 * 120 * 3)).resize(size, Image.BICUBIC)
    slope = Image.linear_gradient("L").resize(size).rotate(rng.randrange(360)).convert("RGB")
    scene = Image.blend(slope, grain, 0.35)
    draw = ImageDraw.Draw(scene)
    for _ in range(12):
        x, y, radius = rng.randrange(640), rng.randrange(480), rng.randrange(8, 120)
        colour = tuple(rng.randrange(256) for _ in range(3))
        draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=colour)
    buffer = io.BytesIO()
    scene.save(buffer, "JPEG", quality=90)
    return buffer.getvalue()


def make_input():
    if all(os.path.exists(path) for path in SHARDS):
        return
    os.makedirs(FOLDER, exist_ok=True)
    rng = random.Random(7)
    for number, path in enumerate(SHARDS):
        with tarfile.open(path + ".partial", "w") as tar:

            def add(name, data):
                member = tarfile.TarInfo(name)
                member.size = len(data)
                tar.addfile(member, io.BytesIO(data))

            lines = []
            for index in range(number, PICTURES, len(SHARDS)):
                add(f"{index:06}.jpg", picture(rng))
                turns = [{"from": "human", "value": "<image>\nWhich?"}, {"from": "gpt", "value": str(index)}]
                lines.append({"id": f"{index:06}", "image": f"{index:06}.jpg", "conversations": turns})
            add("questions.jsonl", "".join(json.dumps(line) + "\n" for line in lines).encode())
        os.rename(path + ".partial", path)


make_input()
pipeline = os.path.join(FOLDER, "pictures.yaml")
with open(pipeline, "w") as file:
    file.write(PIPELINE % (", ".join(SHARDS), SIDE))
run = os.path.join(FOLDER, "run")
out = {name: os.path.join(FOLDER, name) for name in ("img2dataset", "webdataset")}


compare(
    f"pictures: {PICTURES} of 640x480, archive to {SIDE}-pixel shards with hashes",
    {
        "scanpath run, 2 workers": (
            [SCANPATH, "run", pipeline, "--run-folder", run, "--workers", "2"], [run]),
        "OpenCV as img2dataset, 2 processes": (
            peer("img2dataset_calls", out["img2dataset"], str(SIDE), *SHARDS), [out["img2dataset"]]),
        "webdataset + Pillow, 2 processes": (
            peer("webdataset_pillow", out["webdataset"], str(SIDE), *SHARDS), [out["webdataset"]]),
    },
    target=3,
)
