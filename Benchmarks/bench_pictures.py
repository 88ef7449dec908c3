"""Archives to decoded, resized, hashed, sharded pictures: ours, img2dataset's way, webdataset.

JPEG files in two tars, 2,000 of 640x480 and then 500 of 1600x1200, come out 256 pixels high, with
their SHA-256 and a perceptual hash, in shards. Ours is a pipeline file, with all it does beside: quarantine, near duplicates,
manifests, checksums, and what crash safety asks of the disk.
"""

import io
import json
import os
import random
import tarfile

from PIL import Image, ImageDraw

from side_by_side import SCANPATH, WORK, compare, peer

SIDE = 256
PIPELINE = """
name: pictures
seed: 7
domain: easy-vqa
stages:
  - ingest: {archives: [%s], resize: {shortest: %d}, signatures: perceptual}
  - dedup: {images: perceptual}
  - write: {dataset: pictures, records: question}
"""


def picture(rng, size):
    """A scene of slopes, discs and some grain, about 60 kB of 640x480: neither flat nor noise."""
    width, height = size
    coarse = (width // 4, height // 4)
    grain = Image.frombytes("RGB", coarse, rng.randbytes(coarse[0] * coarse[1] * 3))
    grain = grain.resize(size, Image.BICUBIC)
    slope = Image.linear_gradient("L").resize(size).rotate(rng.randrange(360)).convert("RGB")
    scene = Image.blend(slope, grain, 0.35)
    draw = ImageDraw.Draw(scene)
    for _ in range(12):
        x, y, radius = rng.randrange(width), rng.randrange(height), rng.randrange(8, width // 5)
        colour = tuple(rng.randrange(256) for _ in range(3))
        draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=colour)
    buffer = io.BytesIO()
    scene.save(buffer, "JPEG", quality=90)
    return buffer.getvalue()


def make_input(folder, count, size):
    """Two tars of pictures, each with the questions about its own."""
    shards = [os.path.join(folder, f"in-{number}.tar") for number in range(2)]
    if all(os.path.exists(path) for path in shards):
        return shards
    os.makedirs(folder, exist_ok=True)
    rng = random.Random(7)
    for number, path in enumerate(shards):
        with tarfile.open(path + ".partial", "w") as tar:

            def add(name, data):
                member = tarfile.TarInfo(name)
                member.size = len(data)
                tar.addfile(member, io.BytesIO(data))

            lines = []
            for index in range(number, count, len(shards)):
                add(f"{index:06}.jpg", picture(rng, size))
                turns = [{"from": "human", "value": "<image>\nWhich?"}, {"from": "gpt", "value": str(index)}]
                lines.append({"id": f"{index:06}", "image": f"{index:06}.jpg", "conversations": turns})
            add("questions.jsonl", "".join(json.dumps(line) + "\n" for line in lines).encode())
        os.rename(path + ".partial", path)
    return shards


def bench(count, size):
    name = f"{size[0]}x{size[1]}"
    folder = os.path.join(WORK, "pictures", name)
    shards = make_input(folder, count, size)
    pipeline = os.path.join(folder, "pictures.yaml")
    with open(pipeline, "w") as file:
        file.write(PIPELINE % (", ".join(shards), SIDE))
    run = os.path.join(folder, "run")

    def contender(label, script, *arguments):
        out = os.path.join(folder, label.replace(" ", "-"))
        return {label: (peer(script, *arguments, out, str(SIDE), *shards), [out])}

    compare(
        f"pictures: {count} of {name}, archive to {SIDE}-pixel shards with hashes",
        {
            "scanpath run, 2 workers": (
                [SCANPATH, "run", pipeline, "--run-folder", run, "--workers", "2"], [run]),
            **contender("Pillow as img2dataset, 2 processes", "img2dataset_calls", "pillow"),
            **contender("webdataset + Pillow, 2 processes", "webdataset_pillow"),
            **contender("OpenCV as img2dataset, 2 processes", "img2dataset_calls", "opencv"),
        },
        target=3,
        beside=1,
    )


bench(2_000, (640, 480))
bench(500, (1600, 1200))
