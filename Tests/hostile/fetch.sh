#!/bin/sh
# Fetches pictures and archives that others made to break readers, by package name, and unpacks
# them below FOLDER. Installs nothing and needs no root: apt keeps its lists in FOLDER too.
# usage: fetch.sh FOLDER
set -eu
mkdir -p "$1"
folder=$(cd "$1" && pwd)
test -e "$folder/fetched" && exit 0

lists=$folder/apt
mkdir -p "$lists/lists/partial" "$lists/cache/archives/partial"
{
  echo 'Types: deb deb-src'
  # The machine's own mirror and its key.
  sed -n '/^URIs:/p' /etc/apt/sources.list.d/debian.sources | head -n 1
  echo 'Suites: bookworm'
  echo 'Components: main'
  sed -n '/^Signed-By:/p' /etc/apt/sources.list.d/debian.sources | head -n 1
} > "$lists/hostile.sources"
apt() {
  apt-get -qq -o Dir::State::lists="$lists/lists" -o Dir::Cache="$lists/cache" \
    -o Dir::Etc::sourcelist="$lists/hostile.sources" -o Dir::Etc::sourceparts=/dev/null \
    -o APT::Sandbox::User="$(id -un)" "$@"
}

cd "$lists"
apt update
apt download golang-1.19-src libjxl-testdata libpython3.11-testsuite libjpeg-turbo-progs
apt source --download-only libpng1.6
for package in *.deb; do dpkg-deb -x "$package" "$folder/packages"; done
mkdir -p "$folder/libpng"
tar -xzf libpng1.6_*.orig.tar.gz -C "$folder/libpng" --strip-components 1
touch "$folder/fetched"
