#!/usr/bin/env bash
# Makes samples/icons: 24 icons of the Tango theme, each named by the one word it shows.
set -euo pipefail

icons='
battery    devices/battery
box        mimetypes/package-x-generic
broom      actions/edit-clear
calculator apps/accessories-calculator
camera     devices/camera-photo
clipboard  actions/edit-paste
cloud      status/weather-overcast
envelope   apps/internet-mail
flag       apps/preferences-desktop-locale
floppy     devices/media-floppy
folder     places/folder
gear       categories/applications-system
globe      apps/internet-web-browser
heart      emblems/emblem-favorite
helmet     categories/applications-development
house      actions/go-home
joystick   devices/input-gaming
lamp       status/dialog-information
monkey     emotes/face-monkey
note       mimetypes/audio-x-generic
printer    devices/printer
scissors   actions/edit-cut
sun        status/weather-clear
trash      places/user-trash
'

help() {
  cat <<'TEXT'
Usage: samples/make-icons.sh [FOLDER]

Fetches the Debian package tango-icon-theme (public domain) without installing it and copies 24 of
its 32x32 RGBA icons, unchanged, to FOLDER/WORD.png. FOLDER is samples/icons unless given. Needs
`apt-get update` run once before.

Example: samples/make-icons.sh
TEXT
}

case "${1:-}" in
  -h | --help) help; exit 0 ;;
esac
if [[ $# -gt 1 || ${1:-} == -* ]]; then
  help >&2
  exit 64
fi

folder=${1:-$(dirname "${BASH_SOURCE[0]}")/icons}
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

cd "$scratch"
apt-get -qq -o APT::Sandbox::User=root download tango-icon-theme
dpkg-deb -x tango-icon-theme_*.deb package
count=0
while read -r word path; do
  [[ -n $word ]] || continue
  install -m 644 "package/usr/share/icons/Tango/32x32/$path.png" "$folder/$word.png"
  count=$((count + 1))
done <<<"$icons"
echo "$count icons in $folder"
