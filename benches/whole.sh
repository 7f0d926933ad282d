#!/usr/bin/env bash
# The whole program against its readers alone over generated marathons, on one thread: processor time by turns, the
# quickest and the median of each, and the memory at its highest. Needs GNU time; makes 1.4 GB of files once.
#
#   benches/whole.sh [fit|gpx|tcx COUNT]...    # 1,000 of FIT and 300 of GPX when nothing is said
set -euo pipefail
cd "$(dirname "$0")/.."

[ $# -gt 0 ] || set -- fit 1000 gpx 300
[ $(($# % 2)) -eq 0 ] || { echo "a count of files behind each format" >&2; exit 2; }
command time --format '' true 2>/dev/null || { echo "GNU time is needed" >&2; exit 2; }
rounds=11
cargo build --release --locked --quiet --bin firstmile --example read

# Processor seconds and kilobytes of a command. GNU time tells the memory, the shell the seconds to the millisecond.
TIMEFORMAT='%3U %3S'
taken() {
    { time command time --format '%M' --output target/whole.memory "$@" >target/whole.out; } 2>target/whole.time
    echo "$(awk '{ print $1 + $2 }' target/whole.time) $(cat target/whole.memory)"
}

# The quickest, the median and the most memory of lines of seconds and kilobytes.
summary() {
    sort -n "$1" | awk '{ s[NR] = $1; if ($2 > most) most = $2 } END { print s[1], s[int((NR + 1) / 2)], most }'
}

while [ $# -ge 2 ]; do
    files=target/marathons/$1-$2
    if [ ! -d "$files" ]; then
        # Under another name until all are there.
        rm -rf "$files.part"
        cargo run --release --locked --quiet -p firstmile-fixtures -- --marathons "$1" "$2" "$files.part"
        mv "$files.part" "$files"
    fi
    rm -f target/whole.{one,read}
    for _ in $(seq $rounds); do
        taken target/release/firstmile --jobs 1 --format csv --output target/whole.csv "$files" >>target/whole.one
        taken target/release/examples/read "$files" >>target/whole.read
    done
    read -r quickest median most < <(summary target/whole.one)
    read -r read_quickest read_median read_most < <(summary target/whole.read)
    echo "$1, $2 files: $(awk -v a="$quickest" -v b="$read_quickest" -v c="$median" -v d="$read_median" \
        -v m="$most" -v n="$read_most" 'BEGIN {
            printf "quickest %.2f times the readers, medians %.2f; %.0f MB (readers %.0f MB)", a / b, c / d, m / 1024, n / 1024
        }')"
    shift 2
done
