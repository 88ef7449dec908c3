#!/bin/bash
# Opens exports with their peers' own loaders, each in an environment of its own, as their pins
# conflict. A peer that cannot be installed fails the check, and its rows are read by `datasets` alone.
set -uo pipefail
cd "$(dirname "$0")/../.."
failed=0

environment() { # NAME PACKAGE…: makes .venv-NAME; false if the packages cannot be installed
  local folder=.venv-$1
  shift
  [ -e "$folder/installed" ] && return 0
  python3 -m venv "$folder" || return 1
  # The build for processors alone where there is one: the other brings gigabytes.
  "$folder/bin/pip" install --quiet 'torch==2.13.0+cpu' 2>/dev/null
  "$folder/bin/pip" install --quiet "$@" 2>"$folder/pip.log" || return 1
  touch "$folder/installed"
}

check() { # ENVIRONMENT CHECK…
  local folder=.venv-$1
  shift
  "$folder/bin/python" Tests/parity/compare_loaders.py "$@" || failed=1
}

environment loaders -r Tests/parity/requirements-loaders.txt || {
  echo "loaders: NOT CHECKED: the packages cannot be installed"
  cat .venv-loaders/pip.log
  exit 1
}
check loaders prepare shards webdataset mds easyr1
while read -r target packages; do
  # shellcheck disable=SC2086
  if environment "loaders-$target" datasets zstandard pillow $packages; then
    check "loaders-$target" "$target"
  else
    echo "$target: NOT CHECKED: $packages cannot be installed; its rows are read by datasets"
    check loaders "$target"
    failed=1
  fi
done <<'PEERS'
trl trl==1.16.0
verl verl==0.9.1 qwen-vl-utils torchvision
llama-factory llamafactory==0.9.5
ms-swift ms-swift==4.6.0
PEERS
exit $failed
