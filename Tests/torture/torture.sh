#!/bin/bash
# Tortures the data path: archives to validated shards.
#
#   torture.sh [ROUNDS]   50 if not said otherwise
#
# 1. Runs with 1, 2 and 4 workers leave the same bytes.
# 2. Runs that are killed (SIGKILL) at random moments and repeated until they end leave those bytes
#    too, and at no moment a file under its final name that is not whole.
# 3. A member of an archive that cannot be read is set aside with its reason; killed or not, the same
#    bytes.
# 4. A full disk ends a run with code 2 and a clear word; with room again, the same command leaves
#    the same bytes. Needs the right to mount a tmpfs.
#
# Compared are records, datasets, pictures, statistics, sheets and quarantine; not the ledger, which
# has times.
cd "$(dirname "$0")/../.." || exit 2
rounds=${1:-50}
program=.build/release/scanpath
pipeline=Tests/torture/data.yaml
folder=$(mktemp -d)
full=
trap '[ -z "$full" ] || umount "$full"; rm -rf "$folder"' EXIT
RANDOM=7

say() { echo "$*"; }
# Kept in a file, as some checks run in shells of their own.
fail() {
  echo "FAILED: $*" | tee -a "$folder/failures" >&2
}

# In place of the shell that calls it, so that a signal reaches the program itself.
run() { # run folder, workers, more
  exec "$program" run $pipeline --run-folder "$1" --workers "$2" "${@:3}" >/dev/null 2>"$1.messages"
}

sums() { # run folder
  (cd "$1" && find records datasets media quarantine statistics sheets contamination -type f 2>/dev/null | LC_ALL=C sort |
    xargs -r sha256sum)
}

same() { # what, run folder, run folder
  if diff <(sums "$2") <(sums "$3") >"$folder/difference"; then
    return 0
  fi
  fail "$1 differs: $(head -n 3 "$folder/difference" | tr '\n' ' ')"
  return 1
}

# Every file under a final name is whole, whatever happened.
whole() { # run folder
  while read -r file; do
    case $file in
    *.partial) ;;
    *.zst) zstd -qt "$file" 2>/dev/null || fail "$file is cut short" ;;
    *.tar) tar -tf "$file" >/dev/null 2>&1 || fail "$file is cut short" ;;
    *.json) [ "$(tail -c 1 "$file" | tr -d '\n ')" = '}' ] || [ -z "$(tail -c 1 "$file" | tr -d '\n')" ] ||
      fail "$file is cut short" ;;
    esac
  done < <(find "$1" -path "$1/media" -prune -o -type f -print)
  # Pictures are called by their digests; a run killed at its very start has none.
  [ -d "$1/media" ] || return 0
  find "$1/media" -type f -exec sha256sum {} + |
    while read -r digest file; do [ "$digest" = "${file##*/}" ] || echo "$file"; done |
    grep . >&2 && fail "pictures are not whole"
}

# Kills a run at random moments within its usual time and repeats it until it ends by itself.
killed() { # run folder, milliseconds, more: prints the number of kills
  local kills=0 process delay
  while :; do
    (run "$1" $((1 + RANDOM % 4)) "${@:3}") &
    process=$!
    if [ $kills -lt 6 ]; then
      delay=$((RANDOM % $2))
      sleep "$(printf '%d.%03d' $((delay / 1000)) $((delay % 1000)))"
      if kill -KILL $process 2>/dev/null; then
        kills=$((kills + 1))
        wait $process 2>/dev/null
        whole "$1"
        continue
      fi
    fi
    wait $process
    echo $kills $?
    return
  done
}

say "undisturbed, 1, 2 and 4 workers"
start=$(date +%s%3N)
(run "$folder/one" 1) || { cat "$folder/one.messages"; exit 2; }
span=$(($(date +%s%3N) - start))
for workers in 2 4; do
  (run "$folder/$workers" $workers) || fail "$workers workers end with $?"
  same "$workers workers" "$folder/one" "$folder/$workers"
done
files=$(sums "$folder/one" | wc -l)
say "  $files files, $span ms"

say "killed at random moments, $rounds rounds"
kills=0
equal=0
for round in $(seq "$rounds"); do
  read -r count code < <(killed "$folder/killed" "$span")
  kills=$((kills + count))
  [ "$code" = 0 ] || fail "round $round ends with $code: $(tail -n 1 "$folder/killed.messages")"
  same "round $round" "$folder/one" "$folder/killed" && equal=$((equal + 1))
  rm -rf "$folder/killed"
done
say "  $kills kills, $equal of $rounds rounds the same $files files"

say "a member that cannot be read"
cp samples/screens.zip "$folder/screens.zip"
printf 'nothing but noise in the middle of a picture' |
  dd of="$folder/screens.zip" bs=1 seek=$(($(stat -c %s "$folder/screens.zip") / 2)) conv=notrunc status=none
bad=(--set "ingest.archives=$folder/screens.zip" --set domain=screens --set max-bad=100%)
(run "$folder/bad" 1 "${bad[@]}") || fail "a damaged member ends the run: $(tail -n 1 "$folder/bad.messages")"
reasons=$(zstd -dcq "$folder"/bad/quarantine/*.zst 2>/dev/null | wc -l)
[ "$reasons" -gt 0 ] || fail "the damaged member has no reason"
read -r count code < <(killed "$folder/bad-killed" "$span" "${bad[@]}")
same "with a damaged member, killed $count times" "$folder/bad" "$folder/bad-killed"
say "  $reasons reasons"

say "a full disk"
mkdir "$folder/small"
if mount -t tmpfs -o size=1m tmpfs "$folder/small" 2>/dev/null; then
  full=$folder/small
  for size in 1m 2m 3m 4m 64m; do
    mount -o "remount,size=$size" "$full"
    (run "$full/run" 2)
    code=$?
    mv "$full/run.messages" "$folder/full.messages" 2>/dev/null
    say "  $size: code $code, $(tail -n 1 "$folder/full.messages" | cut -c1-140)"
    [ $code = 0 ] && break
    [ $code = 2 ] && grep -q 'disk is full' "$folder/full.messages" || fail "a full disk is not said to be full"
    whole "$full/run"
  done
  same "after a full disk" "$folder/one" "$full/run"
else
  fail "no right to mount a tmpfs: run as root"
fi

[ ! -e "$folder/failures" ] || exit 1
say "all the same"
