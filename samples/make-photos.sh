#!/usr/bin/env bash
# Makes a folder of freely licensed photographs, split into train, validation and test.
set -euo pipefail

help() {
  cat <<'TEXT'
Usage: samples/make-photos.sh FOLDER

Fetches the photographs that samples/photos.tsv lists from Debian and Python packages, without
installing the packages, and writes each as a JPEG of at most 1800 pixels a side to FOLDER/train,
FOLDER/validation or FOLDER/test. Same packages, same bytes. Downloads about 150 MB, all of it
into a temporary folder. Needs python3 with pip, and `apt-get update` run once before.

Example: samples/make-photos.sh .photos
TEXT
}

case "${1:-}" in
  -h | --help) help; exit 0 ;;
esac
if [[ $# -ne 1 || $1 == -* ]]; then
  help >&2
  exit 64
fi

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
pillow=$(mktemp -d)
trap 'rm -rf "$pillow"' EXIT
python3 -m pip install --quiet --disable-pip-version-check --root-user-action=ignore \
  --no-deps --target "$pillow" pillow==13.0.0
PYTHONPATH="$pillow" PYTHONDONTWRITEBYTECODE=1 python3 "$here/make_photos.py" "$1"
