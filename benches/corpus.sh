#!/usr/bin/env bash
# Prints the instructions a byte that reading takes, for each file of 20 KB or more, and the median
# and ninth decile of each format. Needs valgrind.
#
#     benches/corpus.sh [FILE|FOLDER]...      # default: ../shared/corpus/run ../shared/corpus/race
set -euo pipefail
cd "$(dirname "$0")/.."
[ $# -gt 0 ] || set -- ../shared/corpus/run ../shared/corpus/race

counter=${COUNTER:-target/dist/examples/count}
[ -n "${COUNTER:-}" ] || cargo build --profile dist --locked --quiet --example count

# Prints the instructions of PASSES over one file; the start of the program is included.
collected() {
    valgrind --tool=callgrind --callgrind-out-file=/dev/null "$counter" "$1" read "$2" 2>&1 >/dev/null |
        awk '/Collected/ { print $4 }'
}

find "$@" -type f -size +19k \( -iname '*.fit' -o -iname '*.gpx' -o -iname '*.tcx' \) | sort |
    while read -r file; do
        bytes=$(stat -c %s "$file")
        format=$(echo "${file##*.}" | tr '[:upper:]' '[:lower:]')
        once=$(collected "$file" 1)
        more=$(collected "$file" 4)
        awk -v count="$(((more - once) / 3))" -v n="$bytes" -v format="$format" -v file="${file##*/}" \
            'BEGIN { printf "%s %.1f %d %s\n", format, count / n, n, file }'
    done | sort -k1,1 -k2,2n |
    awk '
        function summary() {
            if (n) printf "%s: %d files, median %.1f, ninth decile %.1f instructions a byte\n\n", \
                format, n, values[int((n + 1) / 2)], values[int(0.9 * n + 0.5)]
        }
        $1 != format { summary(); format = $1; n = 0 }
        { values[++n] = $2; printf "%6.1f  %8d  %s\n", $2, $3, $4 }
        END { summary() }'
