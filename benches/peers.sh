#!/usr/bin/env bash
# Compares the instructions of the whole program with those of libraries that merely read the same
# real files. Needs valgrind.
#
#     benches/peers.sh [FILE|FOLDER]...      # default: ../shared/corpus/run ../shared/corpus/race
#
# Only files of 20 KB or more that a library does not reject are compared with it. Each count is of a
# whole process, start included, that reads all of them on one thread.
set -euo pipefail
cd "$(dirname "$0")/.."
[ $# -gt 0 ] || set -- ../shared/corpus/run ../shared/corpus/race

cargo build --profile dist --locked --quiet --bin firstmile --example read --example peer
built=target/dist

# Prints the instructions of a command.
collected() {
    valgrind --tool=callgrind --callgrind-out-file=/dev/null "$@" 2>&1 >/dev/null |
        awk '/Collected/ { print $4 }'
}

while read -r format library; do
    mapfile -t files < <(find "$@" -type f -size +19k -iname "*.$format" | sort)
    mapfile -t read < <("$built/examples/peer" "$library" "${files[@]}" 2>/dev/null)
    bytes=$(cat "${read[@]}" | wc -c)
    peer=$(collected "$built/examples/peer" "$library" "${read[@]}")
    whole=$(collected "$built/firstmile" --jobs 1 --format csv "${read[@]}")
    reader=$(collected "$built/examples/read" "${read[@]}")
    awk -v format="$format" -v library="$library" -v files="${#read[@]}" -v all="${#files[@]}" \
        -v bytes="$bytes" -v peer="$peer" -v whole="$whole" -v reader="$reader" 'BEGIN {
        printf "%s: %d of %d files, %.1f MB, instructions a byte: %s %.0f, whole program %.1f, its reader %.1f: %.1f and %.1f times\n", \
            format, files, all, bytes / 1e6, library, peer / bytes, whole / bytes, reader / bytes, \
            peer / whole, peer / reader
    }'
done <<'PEERS'
fit fitparser
fit rustyfit
gpx gpx
gpx quick-xml
PEERS
