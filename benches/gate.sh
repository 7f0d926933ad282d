#!/usr/bin/env bash
# Counts the instructions of reading and measuring one generated marathon, and fails above a limit.
# Some of its files are like those of Suunto, Garmin, Coros, Strava and Garmin Connect.
# The counts do not depend on how busy the machine is. Needs valgrind.
set -euo pipefail
cd "$(dirname "$0")/.."

cargo build --profile dist --locked --quiet --example count

# Prints the instructions of COUNT passes; making the file is included.
collected() {
    valgrind --tool=callgrind --callgrind-out-file=/dev/null target/dist/examples/count "$@" 2>&1 >/dev/null |
        awk '/Collected/ { print $4 }'
}

failed=0
# Each line of LIMITS: format, stage, unit, limit. The difference of two counts leaves out the
# making of the file.
while read -r format stage over limit; do
    once=$(collected "$format" "$stage" 1)
    more=$(collected "$format" "$stage" 4)
    read -r bytes _ samples _ < <(target/dist/examples/count "$format" read 0)
    [ "$over" = byte ] && count=$bytes || count=$samples
    each=$(awk -v a="$once" -v b="$more" -v n="$count" 'BEGIN { printf "%.1f", (b - a) / 3 / n }')
    echo "$format $stage: $each instructions a $over (limit $limit)"
    awk -v each="$each" -v limit="$limit" 'BEGIN { exit !(each > limit) }' && failed=1
done <<'LIMITS'
fit read byte 7.5
fit-suunto read byte 6.7
fit-garmin read byte 10
fit-coros read byte 5.5
fit-strava read byte 20.5
gpx read byte 7
gpx-bare read byte 11
gpx-connect read byte 6
gpx-strava read byte 5.5
tcx read byte 5.5
fit measure sample 318
gpx measure sample 349
LIMITS
exit $failed
