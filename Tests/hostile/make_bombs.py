"""Makes what was made to break readers, and lists what has to become of it: make_bombs.py FOLDER

FOLDER/input is read as one archive, with the pictures of FOLDER/conformance and the archives that
others made. FOLDER/expected.json maps members to the codes that have to stand in the quarantine.
Everything is made from fixed bytes, so that two machines make the same.
"""

import bz2
import gzip
import io
import json
import lzma
import os
import pathlib
import random
import shutil
import struct
import sys
import tarfile
import zipfile
import zlib

HERE = pathlib.Path(sys.argv[1]).resolve()
INPUT = HERE / "input"
EXPECTED = {}


def put(name, content, *codes):
    """A file of the input; `codes` are what may stand in the quarantine for it, one of them."""
    path = INPUT / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    expect(name, *codes)


def expect(member, *codes):
    if codes:
        EXPECTED[member] = codes


# Pictures


def chunk(name, body):
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png(width, height, colour, depth, data, before=b""):
    head = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + before + chunk(b"IDAT", data) + chunk(b"IEND", b"")
    )


def zeros(count):
    packer = zlib.compressobj(9)
    block = bytes(1 << 20)
    out = [packer.compress(block) for _ in range(count >> 20)]
    return b"".join(out) + packer.compress(bytes(count & 0xFFFFF)) + packer.flush()


SMALL = zlib.compress(b"".join(b"\0" + bytes([y * 16] * 48) for y in range(16)))
GOOD = png(16, 16, 2, 8, SMALL)


def pictures():
    put("bombs/30000x30000.png", png(30000, 30000, 0, 1, zeros(30000 * 3751)), "image.too-large")
    put("bombs/2147483647.png", png(2**31 - 1, 2**31 - 1, 6, 16, SMALL), "image.too-large")
    put("bombs/thin.png", png(2**31 - 1, 1, 0, 8, SMALL), "image.too-large")
    put("bombs/7900x7900-empty.png", png(7900, 7900, 6, 16, SMALL), "image.ratio")
    # 62 megapixels of 16 bits and four channels, 500 MB unpacked, in 2.4 MB: inside every limit.
    put("bombs/7900x7900.png", png(7900, 7900, 6, 16, zeros(7900 * (1 + 7900 * 8))))
    hidden = zeros(200 << 20)
    put("bombs/text.png", png(16, 16, 2, 8, SMALL, chunk(b"zTXt", b"a\0\0" + hidden)))
    put("bombs/profile.png", png(16, 16, 2, 8, SMALL, chunk(b"iCCP", b"a\0\0" + hidden)))
    put("bombs/chunks.png", png(16, 16, 2, 8, SMALL, chunk(b"teSt", b"") * 200_000))
    put("bombs/trailing.png", GOOD + bytes(1 << 20))
    put("bombs/cut.png", GOOD[:-20], "image.truncated")
    put("bombs/no-end.png", GOOD[:-12], "image.truncated")
    put("bombs/empty.png", b"", "image.empty")
    put("bombs/words.jpg", b"no picture at all", "image.unknown-format")
    put("bombs/animation.png", png(16, 16, 2, 8, SMALL, chunk(b"acTL", bytes(8)) + chunk(b"fcTL", bytes(26))))
    scans()


def segments(jpeg):
    """Offsets of the markers of scans, and of the end."""
    return [at for at in range(len(jpeg) - 1) if jpeg[at] == 0xFF and jpeg[at + 1] == 0xDA]


def scans():
    jpeg = (HERE / "made" / "sampling-2x2-progressive.jpg").read_bytes()
    starts = segments(jpeg)
    whole = [jpeg[a:b] for a, b in zip(starts, starts[1:] + [len(jpeg) - 2])]
    put("bombs/scans.jpg", jpeg[:-2] + min(whole, key=len) * 3000 + b"\xff\xd9", "image.corrupt", "image.too-large")
    # The same file says it is 7900 x 7900 of empty scans: each visits a million blocks.
    at = jpeg.index(b"\xff\xc2")
    large = bytearray(jpeg[: starts[0]])
    large[at + 5 : at + 9] = struct.pack(">HH", 7900, 7900)
    first = jpeg[starts[0] : starts[0] + 14]
    empty = (first + b"\x00" * 2) * 4000
    put("bombs/large-scans.jpg", bytes(large) + empty + b"\xff\xd9", "image.corrupt", "image.too-large")
    good = (HERE / "made" / "sampling-2x2.jpg").read_bytes()
    put("bombs/half.jpg", good[: len(good) // 2], "image.truncated")
    put("bombs/no-end.jpg", good[:-2], "image.truncated")
    put("bombs/trailing.jpg", good + b"film" * 9999)
    put("bombs/really-a-jpeg.png", good)
    # JPEG has no checksum: bytes that change into other codes are a picture too; lost ones are not.
    put("bombs/gap.jpg", good[:20000] + good[24000:], "image.corrupt")


# Archives


def tar(entries, **options):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", **options) as file:
        for entry in entries:
            name, body, kind, target = entry + (tarfile.REGTYPE, "")[len(entry) - 2 :]
            info = tarfile.TarInfo(name)
            info.type, info.linkname, info.size = kind, target, len(body)
            file.addfile(info, io.BytesIO(body))
    return out.getvalue()


def packed(entries, method=zipfile.ZIP_DEFLATED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as file:
        for name, body in entries:
            file.writestr(zipfile.ZipInfo(name), body, method)
    return out.getvalue()


def archives():
    names = [
        ("../outside.png", GOOD),
        ("a/../../outside.png", GOOD),
        ("/absolute.png", GOOD),
        ("good.png", GOOD),
        ("good.png", GOOD),
        ("./good.png", GOOD),
        ("to-passwd.png", b"", tarfile.SYMTYPE, "/etc/passwd"),
        ("to-good.png", b"", tarfile.LNKTYPE, "good.png"),
        ("null", b"", tarfile.CHRTYPE),
        ("disk", b"", tarfile.BLKTYPE),
        ("pipe", b"", tarfile.FIFOTYPE),
        ("n" * 3000 + ".png", GOOD),
        ("line\nbreak\t\x1b[31m.png", GOOD),
        ("caf\udce9.png", GOOD),
    ]
    put("names.tar", tar(names, format=tarfile.GNU_FORMAT, errors="surrogateescape"))
    expect("names.tar!/../outside.png", "archive.path-outside")
    expect("names.tar!/a/../../outside.png", "archive.path-outside")
    expect("names.tar!/absolute.png", "archive.absolute-path")
    expect("names.tar!/good.png", "archive.duplicate")
    expect("names.tar!/to-passwd.png", "archive.link")
    expect("names.tar!/to-good.png", "archive.link")
    for name in ["null", "disk", "pipe"]:
        expect("names.tar!/" + name, "archive.special")
    put("names.zip", packed([(name, body) for name, body, *_ in names[:4]]))
    expect("names.zip!/../outside.png", "archive.path-outside")

    put("zeros.zip", packed([("zeros.png", bytes(1 << 30))]))
    expect("zeros.zip!/zeros.png", "archive.ratio", "archive.member-too-large", "image.too-large")
    block = packed([(f"{n}.png", bytes(1 << 26)) for n in range(8)])
    inner = packed([(f"{n}.zip", block) for n in range(8)])
    put("zeros-in-zips.zip", packed([(f"{n}.zip", inner) for n in range(4)]))
    EXPECTED["zeros-in-zips.zip!/"] = ["archive.nesting", "archive.ratio", "archive.member-too-large", "image.too-large"]

    deep = GOOD
    deep = tar([("good.png", deep)])
    for level in range(40):
        deep = packed([(f"{level}.tar", deep)]) if level % 2 else tar([(f"{level}.zip", deep)])
    put("deep.tar", deep)
    EXPECTED["deep.tar!/"] = ["archive.nesting"]

    # A member of 64 GiB of zeros, of which 4 GiB follow.
    endless = gzip.compress(tar([("zeros.png", b"")])[:512].replace(b"00000000000\0", b"777777777777", 1), 9)
    stream = io.BytesIO()
    with gzip.GzipFile(fileobj=stream, mode="wb", mtime=0) as file:
        for _ in range(2048):
            file.write(bytes(1 << 20))
    put("endless.tar.gz", endless + stream.getvalue())
    EXPECTED["endless.tar.gz"] = None
    put("zeros.tar.xz", lzma.compress(tar([("zeros.png", bytes(1 << 29))]), preset=1))
    EXPECTED["zeros.tar.xz!/"] = ["archive.ratio", "archive.member-too-large", "image.too-large"]
    put("zeros.tar.bz2", bz2.compress(tar([("zeros.png", bytes(1 << 28))])))
    EXPECTED["zeros.tar.bz2!/"] = ["archive.ratio", "archive.member-too-large", "image.too-large"]

    whole = tar([("good.png", GOOD), ("second.png", GOOD * 40)])
    put("cut.tar", whole[:3000])
    EXPECTED["cut.tar!/"] = ["archive.damaged"]
    put("junk.tar", random.Random(1).randbytes(10000), "archive.unknown-format", "archive.damaged")
    put("empty.zip", b"", "archive.empty", "archive.unknown-format")
    hurt = bytearray(packed([("good.png", GOOD * 30)], zipfile.ZIP_STORED))
    hurt[200] ^= 1
    put("hurt.zip", bytes(hurt))
    expect("hurt.zip!/good.png", "archive.damaged")
    many = packed([(f"{n:06}.png", b"") for n in range(30000)], zipfile.ZIP_STORED)
    put("many.zip", many)


def texts():
    """Annotations that are bombs; those that name the pictures are written last."""
    put("deep.jsonl", b"[" * 1_000_000 + b"\n" + b'{"a":' * 500_000 + b"\n" + b"\xff\xfe\n" + b"\n" * 100_000)
    EXPECTED["deep.jsonl"] = None
    put("long.jsonl.gz", gzip.compress(b'{"id": "' + b"a" * (300 << 20) + b'"}\n', 6, mtime=0))
    EXPECTED["long.jsonl.gz"] = None


def foreign():
    """The archives and pictures that others made."""
    packages = HERE / "packages" / "usr"
    for folder, names in {
        packages / "share/go-1.19/src/archive/tar/testdata": "go-tar",
        packages / "share/go-1.19/src/archive/zip/testdata": "go-zip",
        packages / "lib/python3.11/test": "python",
    }.items():
        for path in sorted(folder.iterdir()):
            if path.suffix in {".tar", ".zip", ".xz", ".bz2"}:
                target = INPUT / names / path.name
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(path, target)
    for path in sorted((HERE / "conformance").iterdir()):
        if path.suffix in {".png", ".jpg", ".jpeg"}:
            target = INPUT / "conformance" / path.name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, target)
            if (HERE / "conformance" / (path.name + ".refused")).exists():
                expect(f"conformance/{path.name}", "image.corrupt", "image.truncated", "image.too-large")


def questions():
    """One about every picture that lies in the input itself."""
    lines = []
    for path in sorted(INPUT.rglob("*")):
        if path.suffix in {".png", ".jpg", ".jpeg"}:
            member = str(path.relative_to(INPUT))
            turns = [{"from": "human", "value": "<image>\nWhat is it?"}, {"from": "gpt", "value": "a picture"}]
            lines.append(json.dumps({"id": member, "image": member, "conversations": turns}))
    (INPUT / "questions.jsonl").write_text("\n".join(lines) + "\n")


shutil.rmtree(INPUT, ignore_errors=True)
pictures()
archives()
texts()
foreign()
questions()
(HERE / "expected.json").write_text(json.dumps(EXPECTED, indent=1))
