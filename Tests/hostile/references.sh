#!/bin/sh
# Decodes the conformance pictures with the codecs' own tools: djpeg of libjpeg-turbo, png2pnm of
# libpng (built here from libpng's source against the library of the system).
# Leaves FOLDER/conformance/NAME (the picture), NAME.pnm and, where there is one, NAME.alpha; a
# picture that its tool refuses has NAME.refused instead.
# usage: references.sh FOLDER
set -eu
folder=$(cd "$1" && pwd)
test -e "$folder/conformance/complete" && exit 0
rm -rf "$folder/conformance"
mkdir -p "$folder/conformance"
cc=$(command -v cc || command -v clang)
"$cc" -O1 -w -o "$folder/png2pnm" "$folder/libpng/contrib/pngminus/png2pnm.c" -lpng16 -lz -lm
djpeg=$folder/packages/usr/bin/djpeg

cd "$folder"
# What no package holds: arithmetic coding, restarts, every sampling that cjpeg knows.
mkdir -p made
flower=packages/usr/share/libjxl-testdata/jxl/flower/flower_small.rgb.depth8.ppm
make_jpeg() { name=$1; shift; packages/usr/bin/cjpeg -quality 80 "$@" "$flower" > "made/$name.jpg"; }
make_jpeg arithmetic -arithmetic
make_jpeg arithmetic-progressive -arithmetic -progressive
make_jpeg restart -restart 3
make_jpeg grey -grayscale -progressive
make_jpeg rgb -rgb
for sampling in 1x1 2x1 1x2 2x2 4x1 1x4 4x2 2x4 3x1 1x3; do
  make_jpeg "sampling-$sampling" -sample $sampling
  make_jpeg "sampling-$sampling-progressive" -sample $sampling -progressive
done

find packages/usr/share/go-1.19/src/image packages/usr/share/libjxl-testdata/jxl \
  packages/usr/lib/python3.11/test libpng made -type f \( -name '*.jpg' -o -name '*.jpeg' -o -name '*.png' \) |
sort | while read -r picture; do
  # Libpng's crashers have names that repeat; the path makes them one of a kind.
  name=$(echo "$picture" | sed 's,^packages/usr/[a-z]*/,,; s,/,__,g')
  copy=conformance/$name
  cp "$picture" "$copy"
  case $(head -c 2 "$picture" | od -An -tx1 | tr -d ' ') in
    ffd8) "$djpeg" -strict -pnm "$copy" > "$copy.pnm" 2> /dev/null || refused=$copy ;;
    *) ./png2pnm "$copy" "$copy.pnm" 2> /dev/null || refused=$copy ;;
  esac
  if test -n "${refused-}"; then
    rm -f "$copy.pnm"
    touch "$copy.refused"
    refused=
  elif test "${name##*.}" = png && ! ./png2pnm -alpha "$copy.alpha" "$copy" > /dev/null 2>&1; then
    rm -f "$copy.alpha"
  fi
done
touch conformance/complete
