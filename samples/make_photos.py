"""Writes the photographs of photos.tsv as JPEG to the folders of their splits."""

import argparse
import csv
import pathlib
import tempfile

import fetching
from PIL import Image

LIST = pathlib.Path(__file__).parent / "photos.tsv"
LONGEST_SIDE = 1800  # pixels; larger photographs are scaled down to it, smaller ones are kept
JPEG_QUALITY = 92

WHEELS = {"scikit-image": "scikit-image==0.26.0", "scikit-learn": "scikit-learn==1.9.1"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=pathlib.Path, help="where train, validation and test go")
    folder = parser.parse_args().folder
    photos = read_list()
    with tempfile.TemporaryDirectory() as scratch:
        roots = fetch({photo["package"] for photo in photos}, pathlib.Path(scratch))
        for photo in photos:
            source = roots[photo["package"]] / photo["path"]
            write_jpeg(source, folder / photo["split"] / f"{photo['name']}.jpg")
    print(f"{len(photos)} photographs in {folder}")


def read_list() -> list[dict[str, str]]:
    with LIST.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def fetch(packages: set[str], scratch: pathlib.Path) -> dict[str, pathlib.Path]:
    """Unpacks every package into `scratch` and returns where the files of each lie."""
    return {
        name: fetching.wheel(WHEELS[name], scratch)
        if name in WHEELS
        else fetching.debian_package(name, scratch)
        for name in sorted(packages)
    }


def write_jpeg(source: pathlib.Path, target: pathlib.Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    with Image.open(source) as image:
        photo = image.convert("RGB")
    photo.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS, reducing_gap=None)
    photo.save(target, "JPEG", quality=JPEG_QUALITY, subsampling="4:4:4", optimize=True)


if __name__ == "__main__":
    main()
