"""Writes small inputs of every kind that Tests/fuzz/run starts from: seeds.py FOLDER"""

import io
import json
import os
import struct
import subprocess
import sys
import tarfile
import zipfile
import zlib

FOLDER = sys.argv[1]


def put(target, name, content):
    with open(os.path.join(FOLDER, target, name), "wb") as file:
        file.write(content if isinstance(content, bytes) else content.encode())


def png(width, height, colour_type, depth, rows):
    def chunk(name, body):
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = struct.pack(">IIBBBBB", width, height, depth, colour_type, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    )


PICTURE = png(3, 2, 2, 8, b"\0" + b"abcdefghi" + b"\0" + b"jklmnopqr")
put("picture", "rgb.png", PICTURE)
put("picture", "grey16.png", png(2, 2, 0, 16, b"\0abcd\1efgh"))

members = {
    "images/a.png": PICTURE,
    "questions.jsonl": b'{"image": "images/a.png", "question": "What?", "answer": "b"}\n',
    "../out.txt": b"x",
    "/abs.txt": b"x",
    "images/a.png ": PICTURE,
}
tar = io.BytesIO()
with tarfile.open(fileobj=tar, mode="w") as out:
    for name, body in members.items():
        info = tarfile.TarInfo(name)
        info.size = len(body)
        out.addfile(info, io.BytesIO(body))
    link = tarfile.TarInfo("link")
    link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
    out.addfile(link)
put("archive", "plain.tar", tar.getvalue())
put("archive", "gz.tar.gz", zlib.compress(tar.getvalue(), wbits=31))
packed = io.BytesIO()
with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as out:
    for name, body in members.items():
        out.writestr(name, body)
put("archive", "plain.zip", packed.getvalue())
nested = io.BytesIO()
with tarfile.open(fileobj=nested, mode="w") as out:
    info = tarfile.TarInfo("inner.zip")
    info.size = len(packed.getvalue())
    out.addfile(info, io.BytesIO(packed.getvalue()))
put("archive", "nested.tar", nested.getvalue())

annotations = [
    {"image": "a.jpg", "question": "q", "answer": "a", "id": "1"},
    {"images": ["a.jpg"], "conversations": [{"from": "human", "value": "<image>q"}, {"from": "gpt", "value": "a"}]},
    {"messages": [{"role": "user", "content": "<image>q"}, {"role": "assistant", "content": "a"}], "images": ["a.jpg"]},
    {"img_filename": "a.png", "bbox": [1, 2, 3, 4], "instruction": "press", "data_type": "text", "data_source": "web"},
    {"file_name": "a.jpg", "text": "caption"},
    {"index": 1, "image": "aGVsbG8=", "question": "q", "A": "x", "B": "y", "answer": "A", "bbox": "[1,2,3,4]"},
]
for number, one in enumerate(annotations):
    put("annotations", f"{number}.jsonl", json.dumps(one) + "\n" + json.dumps(one))
    put("annotations", f"{number}.json", json.dumps([one, one], indent=1))
put("annotations", "coco.json", json.dumps({
    "images": [{"id": 1, "file_name": "a.jpg", "width": 4, "height": 4}],
    "categories": [{"id": 3, "name": "cat"}],
    "annotations": [{"id": 1, "image_id": 1, "category_id": 3, "bbox": [0, 1, 2, 3], "iscrowd": 0}],
}))
put("annotations", "a.csv", 'file_name,question,answer\n"a ""b"".jpg",q,a\nc.jpg,"two\nlines",b\n')
put("annotations", "a.tsv", "index\timage\tquestion\tanswer\tA\tB\n0\taGVsbG8=\tq\tA\tx\ty\n")
put("annotations", "easy.txt", "[[\"is there a circle?\", \"no\", 0]]")

# A name and a content in turn, each before a zero byte; P is a picture.
for name in sorted(os.listdir(os.path.join(FOLDER, "annotations"))):
    body = open(os.path.join(FOLDER, "annotations", name), "rb").read()
    members = [b"a.jpg", b"P", b"a/a.jpg", b"P", name.encode(), body, b"a/" + name.encode(), body]
    put("pairing", name, b"\0".join(members) + b"\0")
sidecars = [b"k/1.png", b"P", b"k/1.json", b'{"question": "q", "answer": "a"}', b"k/2.png", b"P", b"k/2.txt", b"red"]
put("pairing", "webdataset", b"\0".join(sidecars) + b"\0")
folders = [b"cat/1.png", b"P", b"dog/1.png", b"P", b"metadata.csv", b"file_name,label\n../cat/1.png,cat\n./dog\\1.png,dog\n"]
put("pairing", "folders", b"\0".join(folders) + b"\0")

put("json", "a.json", json.dumps(annotations))
put("json", "b.json", '[1e308, -0.0, 1E-400, 123456789012345678901234567890, "\\ud83d\\ude00\\u0000", {"a": {}}]')
put("schema", "a.json", '{"type":"object","properties":{"a":{"$ref":"#/$defs/b"}},"$defs":{"b":{"pattern":"^(a|b)*$","minLength":1}},"unevaluatedProperties":false}\n{"a":"ab"}')
put("schema", "b.json", '{"$dynamicAnchor":"n","items":{"$dynamicRef":"#n"},"contains":{"const":1},"minContains":0,"uniqueItems":true,"multipleOf":0.1}\n[1,2,[3]]')
put("schema", "c.json", '{"if":{"format":"date-time"},"then":{"pattern":"[\\\\p{L}\\\\d-]{2,3}(?=x)"},"else":{"enum":[null,1.0]}}\n"x"')

head = json.dumps({"__metadata__": {"format": "pt"}, "a": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]},
                   "b": {"dtype": "BF16", "shape": [1, 2], "data_offsets": [8, 12]}}).encode()
put("safetensors", "a", struct.pack("<Q", len(head)) + head + bytes(12))
for number, (shape, offsets) in enumerate(
        [([2], [0, 8]), ([1 << 40, 1 << 40], [0, 8]), ([-1, -2], [0, 8]), ([1], [5, -(1 << 63)]), ([], [0, 4])]):
    put("safetensors", f"header-{number}", json.dumps({"a": {"dtype": "F32", "shape": shape, "data_offsets": offsets}}))

put("pipeline", "a.yaml", "name: a\nseed: 3\nmax-bad: 1%\nstages:\n- ingest: {archives: [a.tar]}\n- write: {dataset: x, shard-size: 64MiB}\n")
put("pipeline", "b.yaml", "a: &x [1, 2]\nb: *x\nc: !!str 3\nd: |\n  text\n? e\n: f\n")
put("dialect", "a", "<think> Look at (12, 34). </think>\n<answer> red </answer><|im_end|>")
put("dialect", "b", '<think> a </think>\n<tool_call>\n{"name": "search_coordinate", "arguments": {"coordinate": [1, 2]}}\n</tool_call><|im_end|>')

zstd = subprocess.run(["zstd", "-q", "-c"], input=b"{}\n" * 50, capture_output=True).stdout if any(
    os.access(os.path.join(p, "zstd"), os.X_OK) for p in os.environ["PATH"].split(":")) else b"\x28\xb5\x2f\xfd\x24\x03\x19\x00\x00{}\n\x9d\x6d\x24\x14"
table = struct.pack("<III", len(zstd), 150, 0)
put("zstd", "plain", zstd)
put("zstd", "seekable", zstd + struct.pack("<II", 0x184D2A5E, 12 + 9) + table + struct.pack("<IBI", 1, 0x80, 0x8F92EAB1))
put("zstd", "no-sums", zstd + struct.pack("<II", 0x184D2A5E, 8 + 9) + table[:8] + struct.pack("<IBI", 1, 0, 0x8F92EAB1))
