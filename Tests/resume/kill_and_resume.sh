#!/bin/bash
# Kills runs of the main job with SIGKILL at many moments and repeats the command until it is done,
# then runs it undisturbed with one worker and with two: all must leave the same bytes.
#
#   Tests/resume/kill_and_resume.sh [KILLS]
#
# Compared are all records, datasets, checkpoints and metrics; not the ledger, which has times.
cd "$(dirname "$0")/../.." || exit 2
kills=${1:-12}
program=.build/release/scanpath
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# In place of the shell that calls it, so that a signal reaches the program itself.
run() { # folder, workers
  exec "$program" run pipelines/warmstart-then-rl.yaml --run-folder "$1" --workers "$2" \
    --set search.questions=36 --set search.simulations=3 --set sft.epochs=2 --set grpo.steps=6 \
    --set grpo.questions-per-step=4 --set evaluate.questions=12
}

sums() { # folder
  (cd "$1" && find records datasets checkpoints metrics -type f 2>/dev/null | LC_ALL=C sort |
    xargs sha256sum)
}

echo "undisturbed, two workers"
(run "$folder/two" 2) >/dev/null 2>&1 || exit 2
echo "undisturbed, one worker"
(run "$folder/one" 1) >/dev/null 2>&1 || exit 2

killed=0
while [ $killed -lt "$kills" ]; do
  run "$folder/killed" 2 >/dev/null 2>&1 &
  process=$!
  # 0.2 to 6.2 seconds, the same in every execution of this script.
  sleep "$(awk -v n=$killed 'BEGIN { srand(n + 7); print 0.2 + 6 * rand() }')"
  if ! kill -KILL $process 2>/dev/null; then break; fi
  wait $process 2>/dev/null
  killed=$((killed + 1))
  echo "killed $killed: $(tail -n 1 "$folder/killed/ledger.jsonl" 2>/dev/null | cut -c 1-60)"
done
(run "$folder/killed" 2) >/dev/null 2>&1 || exit 2

status=0
for other in one killed; do
  if diff <(sums "$folder/two") <(sums "$folder/$other"); then
    echo "$other: the same $(sums "$folder/two" | wc -l) files"
  else
    echo "$other: differs" >&2
    status=1
  fi
done
exit $status
