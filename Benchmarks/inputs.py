"""Inputs that several benchmarks make: tiny pictures, archives of questions, pipeline files."""

import io
import json
import os
import struct
import tarfile
import zlib


def png(number):
    """A grey PNG of 8 x 8 pixels, another one for every number below 2^32."""

    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", 8, 8, 8, 0, 0, 0, 0)
    pixels = struct.pack(">I", number) + bytes(60)
    rows = b"".join(b"\0" + pixels[8 * row : 8 * row + 8] for row in range(8))
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows, 1))
        + chunk(b"IEND", b""))


def write_archive(path, pictures, questions):
    """A tar of (name, bytes) pictures and (picture, text) questions with ids from 0."""
    with tarfile.open(path + ".partial", "w") as archive:

        def add(name, data):
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))

        for name, data in pictures:
            add(name, data)
        lines = io.BytesIO()
        for number, (picture, text) in enumerate(questions):
            turns = [{"value": text}, {"value": "yes"}]
            line = {"id": str(number), "image": picture, "conversations": turns}
            lines.write(json.dumps(line).encode() + b"\n")
        add("questions.jsonl", lines.getvalue())
    os.rename(path + ".partial", path)


def write_pipeline(path, archive, stages):
    """A pipeline file that ingests an archive; returns its path."""
    name = os.path.basename(path).removesuffix(".yaml")
    with open(path, "w") as file:
        file.write(f"name: {name}\nstages:\n  - ingest: {{archives: [{archive}]}}\n{stages}")
    return path


def traces(run, stage):
    """What a stage left in a run folder: without it the stage runs again, those before do not."""
    return [
        os.path.join(run, *parts)
        for parts in [("work", stage), ("records", stage), ("pictures", stage + ".jsonl")]
    ]
