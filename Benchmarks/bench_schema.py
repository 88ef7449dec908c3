"""JSON Lines against a JSON Schema: ours and jsonschema-rs, called from Python."""

import json
import os
import random

from side_by_side import ROOT, SCANPATH, WORK, compare, peer

RECORDS = 60_000
PATH = os.path.join(WORK, "schema", "records.jsonl")
SCHEMA = os.path.join(WORK, "schema", "bench.schema.json")
WORDS = "red badge icon left right above below person tree window small large near".split()


def record(number, rng):
    """A question with twenty labelled targets, of a foreign kind: ours are checked for more."""

    def text(count):
        return " ".join(rng.choice(WORDS) for _ in range(count))

    def box():
        x, y = rng.randrange(0, 800), rng.randrange(0, 600)
        return [x, y, x + rng.randrange(8, 90), y + rng.randrange(8, 90)]

    sha256 = f"{rng.getrandbits(256):064x}"
    return {
        "kind": "bench",
        "version": 1,
        "id": f"q-{number:07}",
        "images": [
            {"sha256": sha256, "format": "jpeg", "width": 900, "height": 700, "bytes": rng.randrange(1, 10**5)}
        ],
        "question": text(12),
        "options": [text(1) for _ in range(4)],
        "answer": {"kind": "option", "text": text(1)},
        "domain": "visual-search",
        "source": "bench",
        "split": "train",
        "targets": [{"label": text(2), "box": box()} for _ in range(20)],
        "provenance": {
            "archive": "bench.tar",
            "member": f"images/{number}.jpg",
            "sha256": sha256,
            "operators": {"ingest": "3"},
            "seed": 7,
        },
    }


def make_input():
    if os.path.exists(PATH):
        return
    os.makedirs(os.path.dirname(PATH), exist_ok=True)
    schema = json.load(open(os.path.join(ROOT, "schemas", "question.schema.json")))
    schema["properties"]["kind"]["const"] = "bench"
    json.dump(schema, open(SCHEMA, "w"))
    rng = random.Random(7)
    with open(PATH + ".partial", "w") as file:
        for number in range(RECORDS):
            file.write(json.dumps(record(number, rng), separators=(",", ":")) + "\n")
    os.rename(PATH + ".partial", PATH)


make_input()
megabytes = os.path.getsize(PATH) / 1e6
compare(
    f"validate: {RECORDS} records, {megabytes:.0f} MB of JSON Lines, {os.path.basename(SCHEMA)}",
    {
        "scanpath validate, 2 workers": (
            [SCANPATH, "validate", "--schema", SCHEMA, "--workers", "2", PATH], []),
        "scanpath validate, 1 worker": (
            [SCANPATH, "validate", "--schema", SCHEMA, "--workers", "1", PATH], []),
        "jsonschema-rs, json": (peer("jsonschema_rs_validate", SCHEMA, PATH, "json"), []),
        "jsonschema-rs, orjson": (peer("jsonschema_rs_validate", SCHEMA, PATH, "orjson"), []),
    },
)
