"""Peak memory of archives to validated shards, at 1 GB and at 8 GB of pictures: it must not grow.

Set BENCH_GIGABYTES="1 8" for other sizes; needs four times the largest on the disk.
"""

import io
import json
import os
import random
import shutil
import tarfile

from PIL import Image

from side_by_side import SCANPATH, WORK, measure

FOLDER = os.path.join(WORK, "memory")
PIPELINE = """
name: memory
seed: 7
domain: easy-vqa
stages:
  - ingest: {archives: [%s]}
  - dedup: {images: %s}
  - split: {train: 0.9, validation: 0.05, test: 0.05, by: picture, keep: false}
  - write: {dataset: questions, records: question}
  - validate: {}
"""


def pictures(rng):
    """Sixteen JPEG files of some 80 kB, half noise, half slopes."""
    files = []
    for number in range(16):
        size = (640, 480)
        noise = Image.frombytes("RGB", size, rng.randbytes(640 * 480 * 3))
        slope = Image.linear_gradient("L").resize(size).convert("RGB").rotate(number * 20)
        buffer = io.BytesIO()
        Image.blend(slope, noise, 0.2).save(buffer, "JPEG", quality=80)
        files.append(buffer.getvalue())
    return files


def archive(gigabytes):
    """A tar of JPEG files, no two with the same bytes, and their questions at its end."""
    path = os.path.join(FOLDER, f"{gigabytes}GB.tar")
    if os.path.exists(path):
        return path
    rng = random.Random(7)
    bases = pictures(rng)
    lines = []
    with tarfile.open(path + ".partial", "w") as tar:

        def add(name, data):
            member = tarfile.TarInfo(name)
            member.size = len(data)
            tar.addfile(member, io.BytesIO(data))

        while tar.offset < gigabytes * 10**9:
            number = len(lines)
            base = bases[number % len(bases)]
            # A comment segment after the start marker makes the bytes unique.
            comment = f"{number:012}".encode()
            add(
                f"images/{number:07}.jpg",
                base[:2] + b"\xff\xfe" + (len(comment) + 2).to_bytes(2, "big") + comment + base[2:],
            )
            turns = [{"from": "human", "value": f"<image>\nWhat is in picture {number}?"},
                     {"from": "gpt", "value": rng.choice(["noise", "slope"])}]
            lines.append(json.dumps(
                {"id": f"q{number}", "image": f"images/{number:07}.jpg", "conversations": turns}))
        add("questions.jsonl", "\n".join(lines).encode())
    os.rename(path + ".partial", path)
    return path


os.makedirs(FOLDER, exist_ok=True)
print("\nmemory: archive to validated shards")
print(f"{'':12} {'wall s':>9} {'cpu s':>9} {'peak MB':>9}")
peaks = []
for gigabytes in [float(word) for word in os.environ.get("BENCH_GIGABYTES", "1 8").split()]:
    path = archive(gigabytes)
    pipeline = os.path.join(FOLDER, "pipeline.yaml")
    open(pipeline, "w").write(PIPELINE % (path, "none"))
    folder = os.path.join(FOLDER, "run")
    run = measure([SCANPATH, "run", pipeline, "--run-folder", folder], [folder])
    peaks.append(run.peak)
    print(f"{gigabytes:9.1f} GB {run.wall:9.1f} {run.cpu:9.1f} {run.peak / 1e6:9.0f}")
    shutil.rmtree(folder)
print(f"asked for: flat; the largest took {peaks[-1] / peaks[0]:.2f} times the memory of the smallest")
