#!/bin/bash
# Kills runs of the main job with SIGKILL in every stage that does real work, twice in each, and
# repeats the command; then runs it undisturbed with one worker and with two. All must leave the same
# bytes.
#
# Compared are all records, datasets, checkpoints and metrics; not the ledger, which has times.
cd "$(dirname "$0")/../.." || exit 2
program=.build/release/scanpath
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# In place of the shell that calls it, so that a signal reaches the program itself.
run() { # folder, workers
  exec "$program" run pipelines/warmstart-then-rl.yaml --run-folder "$1" --workers "$2" \
    --set write.shard-size=64KiB --set write-2.shard-size=64KiB \
    --set search.questions=36 --set search.simulations=3 --set sft.epochs=4 --set sft.batch=4 \
    --set grpo.steps=12 --set grpo.questions-per-step=4 --set evaluate.questions=12
}

sums() { # folder
  (cd "$1" && find records datasets checkpoints metrics -type f 2>/dev/null | LC_ALL=C sort |
    xargs sha256sum)
}

echo "undisturbed, two workers"
(run "$folder/two" 2) >/dev/null 2>&1 || exit 2
echo "undisturbed, one worker"
(run "$folder/one" 1) >/dev/null 2>&1 || exit 2

for stage in ingest search write write-2 sft grpo evaluate; do
  for delay in 0.02 0.5; do
    run "$folder/killed" 2 >/dev/null 2>"$folder/progress" &
    process=$!
    # A stage says its name when it begins, or when it was done before.
    until grep -q "^$stage[: ]" "$folder/progress"; do sleep 0.005; done
    sleep $delay
    kill -KILL $process || exit 2
    echo "killed $delay s after the beginning of $stage, in: $(tail -n 1 "$folder/progress")"
    wait $process 2>/dev/null
  done
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
