"""Near duplicates among 100,000 texts: ours, datasketch, rensa and gaoya, two workers each."""

import json
import os
import random
import subprocess

from inputs import png, traces, write_archive, write_pipeline
from side_by_side import SCANPATH, WORK, compare, peer

TEXTS = int(os.environ.get("TEXTS", 100_000))
FOLDER = os.path.join(WORK, f"texts-{TEXTS}")
LINES = os.path.join(FOLDER, "texts.jsonl")
ARCHIVE = os.path.join(FOLDER, "texts.tar")
OUT = os.path.join(FOLDER, "left.jsonl")


def make_input():
    """Texts of about 300 words; every fifth is an earlier one in which up to eight words changed."""
    if os.path.exists(ARCHIVE):
        return
    os.makedirs(FOLDER, exist_ok=True)
    rng = random.Random(7)
    letters = "abcdefghijklmnoprstuvwy"
    words = ["".join(rng.choices(letters, k=rng.randrange(2, 11))) for _ in range(30_000)]
    texts = []
    for number in range(TEXTS):
        if number % 5 == 4:
            text = list(texts[rng.randrange(number)])
            for _ in range(rng.randrange(9)):
                text[rng.randrange(len(text))] = rng.choice(words)
        else:
            text = rng.choices(words, k=rng.randrange(200, 400))
        texts.append(text)
    with open(LINES, "w") as file:
        for number, text in enumerate(texts):
            file.write(json.dumps({"id": number, "text": " ".join(text)}) + "\n")
    write_archive(ARCHIVE, [("a.png", png(0))], (("a.png", " ".join(text)) for text in texts))


make_input()
JOB = write_pipeline(
    os.path.join(FOLDER, "near-texts.yaml"), ARCHIVE,
    "  - dedup-text: {scope: all, similarity: 0.8}\n")
RUN = os.path.join(FOLDER, "run")
WHOLE = os.path.join(FOLDER, "whole-run")


def ours(folder, workers):
    return [SCANPATH, "run", JOB, "--run-folder", folder, "--workers", str(workers)]


subprocess.run(ours(RUN, 2), check=True, capture_output=True)
outputs = compare(
    f"near texts: {TEXTS} texts, {os.path.getsize(LINES) / 1e6:.0f} MB, from a file to those left",
    {
        "scanpath dedup-text, 2 workers": (ours(RUN, 2), traces(RUN, "dedup-text")),
        "rensa": (peer("near_texts", "rensa", LINES, OUT), []),
        "rensa, rho": (peer("near_texts", "rensa-rho", LINES, OUT), []),
        "gaoya": (peer("near_texts", "gaoya", LINES, OUT), []),
        "datasketch, 2 processes": (peer("near_texts", "datasketch", LINES, OUT), []),
        "scanpath dedup-text, 1 worker": (ours(RUN, 1), traces(RUN, "dedup-text")),
        "scanpath ingest and dedup-text": (ours(WHOLE, 2), [WHOLE]),
    },
    runs=int(os.environ.get("RUNS", 3)),
    target=1,
    beside=2,
    environment={"RAYON_NUM_THREADS": "2"},
)
for label, output in outputs.items():
    if not label.startswith("scanpath"):
        print(f"left by {label}: {output.strip()}")
left = subprocess.run([*ours(RUN, 2), "--json"], check=True, capture_output=True, text=True).stdout
print(f"left by scanpath: {json.loads(left)['stages'][-1]['counts']['out']}")
