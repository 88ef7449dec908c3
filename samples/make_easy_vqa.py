"""Packs the first pictures of easy-VQA, with all their questions, in the set's own layout.

Same packages, same bytes: members are sorted, times and owners are zero. Needs pip, nothing else.
"""

import argparse
import gzip
import io
import json
import pathlib
import tarfile
import tempfile

import fetching

PACKAGE = "easy-vqa==1.0"
PICTURES = {"train": 560, "test": 140}  # the 4 to 1 of the whole set, its first pictures
LICENSE = pathlib.Path("easy_vqa-1.0.dist-info/LICENSE")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    default = pathlib.Path(__file__).parent / "easy-vqa.tar.gz"
    parser.add_argument("archive", nargs="?", type=pathlib.Path, default=default)
    archive = parser.parse_args().archive
    with tempfile.TemporaryDirectory() as scratch:
        members = subset(fetching.wheel(PACKAGE, pathlib.Path(scratch)))
    archive.write_bytes(gzip.compress(tar(members), compresslevel=9, mtime=0))
    print(f"{sum(PICTURES.values())} pictures in {archive}, {archive.stat().st_size} bytes")


def subset(root: pathlib.Path) -> dict[str, bytes]:
    """The bytes of every member of the archive, by name."""
    data = root / "easy_vqa" / "data"
    members = {
        "LICENSE": (root / LICENSE).read_bytes(),
        "data/answers.txt": (data / "answers.txt").read_bytes(),
    }
    for split, count in PICTURES.items():
        questions = json.loads((data / split / "questions.json").read_bytes())
        kept = [question for question in questions if question[2] < count]
        members[f"data/{split}/questions.json"] = json.dumps(kept).encode()
        for number in range(count):
            name = f"{split}/images/{number}.png"
            members[f"data/{name}"] = (data / name).read_bytes()
    return members


def tar(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for name in sorted(members):
            entry = tarfile.TarInfo(name)  # its time and owner are zero
            entry.size = len(members[name])
            archive.addfile(entry, io.BytesIO(members[name]))
    return buffer.getvalue()


if __name__ == "__main__":
    main()
