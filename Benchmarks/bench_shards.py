"""Shards: write, sequential read and random read beside mosaicml-streaming, webdataset and litdata.

10,000 samples of a JPEG of about 78 KB and 4.5 KB of JSON. Ours writes with `scanpath merge`, which
reads a dataset, hashes every picture and shard, compresses records and syncs files; the peers read
the same pictures and lines from plain files. BENCH_SAMPLES sets another number.
"""

import glob
import io
import json
import os
import random
import re
import shutil
import subprocess

from PIL import Image, ImageFilter

from side_by_side import ROOT, SCANPATH, WORK, compare, peer

SAMPLES = int(os.environ.get("BENCH_SAMPLES", "10000"))
FOLDER = os.path.join(WORK, f"shards-{SAMPLES}")
INPUT = os.path.join(FOLDER, "input")
RUN = os.path.join(FOLDER, "run")
SOURCE = os.path.join(RUN, "datasets", "samples")
# litdata takes milliseconds for a read outside of the chunk at hand.
RANDOM = "1000"
READS = os.path.join(ROOT, ".build", "release", "shard-reads")
WORDS = "red badge icon left right above below person tree window small large near far beside".split()


def jpeg(rng):
    """A picture of 640x480 that compresses as photographs do."""
    noise = Image.frombytes("RGB", (320, 240), rng.randbytes(320 * 240 * 3))
    soft = noise.filter(ImageFilter.GaussianBlur(1.2)).resize((640, 480), Image.Resampling.BICUBIC)
    out = io.BytesIO()
    soft.point(lambda v: min(255, max(0, (v - 128) * 4 + 128))).save(out, "JPEG", quality=92)
    return out.getvalue()


def make_input():
    if os.path.exists(os.path.join(SOURCE, "manifest.json")):
        return
    shutil.rmtree(FOLDER, ignore_errors=True)
    os.makedirs(os.path.join(INPUT, "images"))
    rng = random.Random(7)
    bases = [jpeg(rng) for _ in range(100)]
    with open(os.path.join(INPUT, "questions.jsonl"), "w") as lines:
        for number in range(SAMPLES):
            base = bases[number % len(bases)]
            # A comment makes every file another one, at no cost of encoding it.
            comment = rng.randbytes(64)
            name = f"images/{number:06}.jpg"
            with open(os.path.join(INPUT, name), "wb") as file:
                file.write(base[:2] + b"\xff\xfe\x00\x42" + comment + base[2:])
            text = " ".join(rng.choice(WORDS) for _ in range(700))
            lines.write(json.dumps({
                "id": f"s-{number:06}", "image": name,
                "conversations": [{"value": text}, {"value": "red"}]}) + "\n")
    pipeline = os.path.join(FOLDER, "pipeline.yaml")
    with open(pipeline, "w") as file:
        file.write("name: samples\nstages:\n"
                   f"  - ingest: {{archives: [{INPUT}]}}\n  - write: {{dataset: samples}}\n")
    subprocess.run([SCANPATH, "run", pipeline, "--run-folder", RUN], check=True, capture_output=True)


def out(name):
    return os.path.join(FOLDER, name)


def size(folder):
    return sum(os.path.getsize(path) for path in glob.glob(folder + "/**", recursive=True)
               if os.path.isfile(path)) / 1e6


def rates(title, outputs):
    """What the readers timed themselves, without the start of a process."""
    print(f"{title}, as timed inside of the processes:")
    found = {label: re.search(r"(\d+) samples, (\d+) bytes, (\d+) samples/s", text)
             for label, text in outputs.items()}
    ours = int(next(iter(found.values()))[3])
    for label, match in found.items():
        print(f"{label:34} {int(match[3]):9} samples/s {ours / int(match[3]):8.2f} x")


make_input()
one = "".join(f"{SAMPLES} samples, {size(INPUT):.0f} MB")
compare(f"shards, write: {one}", {
    "scanpath merge": ([SCANPATH, "merge", SOURCE, "--out", out("ours")], [out("ours")]),
    "mosaicml-streaming zstd:3, xxh64": (
        peer("shards_write", "mds", INPUT, out("mds")), [out("mds")]),
    "mosaicml-streaming, plain": (
        peer("shards_write", "mds-plain", INPUT, out("mds-plain")), [out("mds-plain")]),
    "webdataset": (peer("shards_write", "webdataset", INPUT, out("wds")), [out("wds")]),
    "litdata": (peer("shards_write", "litdata", INPUT, out("litdata")), [out("litdata")]),
}, runs=int(os.environ.get("BENCH_RUNS", "3")), target=3)

outputs = compare(f"shards, sequential read: {one}, record parsed", {
    "scanpath, 2 workers": ([READS, out("ours"), "sequential", "2"], []),
    "scanpath, 1 worker": ([READS, out("ours"), "sequential", "1"], []),
    "mosaicml-streaming zstd:3, xxh64": (
        peer("shards_read", "mds", out("mds"), "sequential"), [out("mds-local")]),
    "mosaicml-streaming, plain": (peer("shards_read", "mds-plain", out("mds-plain"), "sequential"), []),
    "webdataset": (peer("shards_read", "webdataset", out("wds"), "sequential"), []),
    "litdata": (peer("shards_read", "litdata", out("litdata"), "sequential"), []),
}, runs=int(os.environ.get("BENCH_RUNS", "3")))
rates("sequential read", outputs)

outputs = compare(f"shards, random read: {RANDOM} of {one}, record parsed, one core", {
    "scanpath": ([READS, out("ours"), "random", RANDOM], []),
    "litdata": (peer("shards_read", "litdata", out("litdata"), "random", RANDOM), []),
    "mosaicml-streaming, plain": (peer("shards_read", "mds-plain", out("mds-plain"), "random", RANDOM), []),
}, runs=int(os.environ.get("BENCH_RUNS", "3")))
rates("random read", outputs)
