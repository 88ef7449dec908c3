"""Shards: write, sequential read and random read beside mosaicml-streaming, webdataset and litdata.

10,000 samples, each a JPEG of about 78 KB and a record of 4.5 KB. All writers read the same lines and
picture files; ours also hashes every picture and every shard, and syncs what it wrote. `scanpath
merge` writes the dataset once more from its own shards. The peers import much before they begin, so
that a second table leaves out the start of all processes. BENCH_SAMPLES sets another number of
samples, BENCH_RUNS how often everything runs.
"""

import hashlib
import io
import json
import os
import random
import shutil
import subprocess

from PIL import Image, ImageFilter

from side_by_side import ROOT, SCANPATH, WORK, compare, peer

SAMPLES = int(os.environ.get("BENCH_SAMPLES", "10000"))
RUNS = int(os.environ.get("BENCH_RUNS", "3"))
FOLDER = os.path.join(WORK, f"shards-{SAMPLES}")
INPUT = os.path.join(FOLDER, "input")
LINES = os.path.join(INPUT, "samples.jsonl")
OURS = os.path.join(os.path.dirname(SCANPATH), "shard-samples")
# litdata maps one chunk of 64 MB at a time: it is fastest where reads stay in one.
READS = {"everywhere": str(SAMPLES), "within 40 MB": str(min(500, SAMPLES))}
WORDS = "red badge icon left right above below person tree window small large near far beside".split()


def jpeg(rng):
    """A picture of 640x480 that compresses as photographs do."""
    noise = Image.frombytes("RGB", (320, 240), rng.randbytes(320 * 240 * 3))
    soft = noise.filter(ImageFilter.GaussianBlur(1.2)).resize((640, 480), Image.Resampling.BICUBIC)
    out = io.BytesIO()
    soft.point(lambda v: min(255, max(0, (v - 128) * 4 + 128))).save(out, "JPEG", quality=74)
    return out.getvalue()


def record(number, member, picture, text):
    digest = hashlib.sha256(picture).hexdigest()
    image = {"sha256": digest, "format": "jpeg", "width": 640, "height": 480, "bytes": len(picture)}
    made = {"archive": "input", "member": member, "sha256": digest, "operators": {}, "seed": 7}
    return {
        "kind": "question", "version": 1, "id": f"s-{number:06}", "images": [image],
        "question": text, "options": [], "answer": {"kind": "text", "text": "red"},
        "domain": "visual-search", "source": "input", "targets": [], "provenance": made}


def make_input():
    if os.path.exists(LINES):
        return
    shutil.rmtree(FOLDER, ignore_errors=True)
    os.makedirs(os.path.join(INPUT, "images"))
    rng = random.Random(7)
    bases = [jpeg(rng) for _ in range(100)]
    with open(LINES + ".partial", "w") as lines:
        for number in range(SAMPLES):
            base = bases[number % len(bases)]
            # A comment makes every file another one, at no cost of encoding it.
            picture = base[:2] + b"\xff\xfe\x00\x42" + rng.randbytes(64) + base[2:]
            member = f"images/{number:06}.jpg"
            with open(os.path.join(INPUT, member), "wb") as file:
                file.write(picture)
            text = " ".join(rng.choice(WORDS) for _ in range(700))
            lines.write(json.dumps(record(number, member, picture, text)) + "\n")
    os.rename(LINES + ".partial", LINES)


def out(name):
    return os.path.join(FOLDER, name)


def written(label):
    """The command that writes a peer's shards, and the folder that it begins anew."""
    return peer("shards_write", label, INPUT, out(label)), [out(label)]


def read(label, *order):
    return peer("shards_read", label, out(label), *order)


make_input()
compare(f"shards, write {SAMPLES} samples", {
    "scanpath": ([OURS, "write", LINES, INPUT, out("ours")], [out("ours")]),
    "scanpath merge": ([SCANPATH, "merge", out("ours"), "--out", out("merged")], [out("merged")]),
    "mosaicml-streaming zstd:3, xxh64": written("mds"),
    "webdataset": written("webdataset"),
    "mosaicml-streaming, plain": written("mds-plain"),
    "litdata": written("litdata"),
}, runs=RUNS, target=3, beside=2)
subprocess.run([SCANPATH, "validate", out("ours")], check=True, capture_output=True)
shutil.rmtree(out("merged"))

compare(f"shards, sequential read of {SAMPLES} samples, record parsed", {
    "scanpath, 2 workers": ([OURS, "sequential", out("ours"), "2"], []),
    "scanpath, 1 worker": ([OURS, "sequential", out("ours"), "1"], []),
    "mosaicml-streaming zstd:3, xxh64": (read("mds", "sequential"), [out("mds-local")]),
    "webdataset": (read("webdataset", "sequential"), []),
    "mosaicml-streaming, plain": (read("mds-plain", "sequential"), []),
    "litdata": (read("litdata", "sequential"), []),
}, runs=RUNS, target=3, beside=2)

for where, among in READS.items():
    compare(f"shards, 10000 random reads {where}, record parsed, one core", {
        "scanpath": ([OURS, "random", out("ours"), "10000", among], []),
        "litdata": (read("litdata", "random", "10000", among), []),
        "mosaicml-streaming, plain": (read("mds-plain", "random", "10000", among), []),
    }, runs=RUNS, target=1, beside=1)
