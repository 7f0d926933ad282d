#!/usr/bin/env bash
# Compares the whole program with its readers alone, over generated marathons, on one thread. Both
# run in turns. Prints the ratio of their processor times, quickest and median, and the peak memory.
# Needs GNU time. Makes 1.4 GB of files once.
#
#   benches/whole.sh [fit|gpx|tcx COUNT]...    # default: fit 1000 gpx 300
set -euo pipefail
cd "$(dirname "$0")/.."

[ $# -gt 0 ] || set -- fit 1000 gpx 300
[ $(($# % 2)) -eq 0 ] || { echo "a format needs a number of files: whole.sh fit 1000" >&2; exit 2; }
command time --format '' true 2>/dev/null || { echo "GNU time not found; install the package \"time\"" >&2; exit 2; }
rounds=11
cargo build --profile dist --locked --quiet --bin firstmile --example read

# Prints processor seconds and kilobytes of a command. GNU time measures the memory. The shell
# measures the seconds, because it has milliseconds.
TIMEFORMAT='%3U %3S'
taken() {
    { time command time --format '%M' --output target/whole.memory "$@" >target/whole.out; } 2>target/whole.time
    echo "$(awk '{ print $1 + $2 }' target/whole.time) $(cat target/whole.memory)"
}

# Prints the quickest time, the median time and the peak memory of lines of seconds and kilobytes.
summary() {
    sort -n "$1" | awk '{ s[NR] = $1; if ($2 > most) most = $2 } END { print s[1], s[int((NR + 1) / 2)], most }'
}

while [ $# -ge 2 ]; do
    files=target/marathons/$1-$2
    if [ ! -d "$files" ]; then
        # Under another name until all files are written, so that an interrupted run leaves no
        # incomplete set.
        rm -rf "$files.part"
        cargo run --release --locked --quiet -p firstmile-fixtures -- --marathons "$1" "$2" "$files.part"
        mv "$files.part" "$files"
    fi
    rm -f target/whole.{one,read}
    for _ in $(seq $rounds); do
        taken target/dist/firstmile --jobs 1 --format csv --output target/whole.csv "$files" >>target/whole.one
        taken target/dist/examples/read "$files" >>target/whole.read
    done
    read -r quickest median most < <(summary target/whole.one)
    read -r read_quickest read_median read_most < <(summary target/whole.read)
    echo "$1, $2 files: $(awk -v a="$quickest" -v b="$read_quickest" -v c="$median" -v d="$read_median" \
        -v m="$most" -v n="$read_most" 'BEGIN {
            printf "quickest %.2f times the readers, medians %.2f; %.0f MB (readers %.0f MB)", a / b, c / d, m / 1024, n / 1024
        }')"
    shift 2
done
