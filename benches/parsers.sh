#!/usr/bin/env bash
# Counts the instructions an item of the own parsers and of the crates they are compared with. Instructions do not depend
# on how busy the machine is. Needs valgrind.
#
#   benches/parsers.sh [CASE...]    # all cases, or those whose name begins so: times/ decimals/height
set -euo pipefail
cd "$(dirname "$0")/.."

bench=$(cargo bench --locked --no-run --bench parsers 2>&1 | sed -n 's/^ *Executable .*(\(.*\))$/\1/p')
[ -x "$bench" ] || { echo "the bench does not build: cargo bench --bench parsers" >&2; exit 1; }
items=$("$bench" items)

# Instructions of COUNT rounds, the making of the input among them.
collected() {
    valgrind --tool=callgrind --callgrind-out-file=/dev/null "$bench" run "$@" 2>&1 >/dev/null |
        awk '/Collected/ { print $4 }'
}

while read -r case reader; do
    [ $# -eq 0 ] || for wanted in "$@"; do [[ $case == "$wanted"* ]] && break; done || continue
    once=$(collected "$case" "$reader" 1)
    more=$(collected "$case" "$reader" 4)
    each=$(awk -v a="$once" -v b="$more" -v n="$items" 'BEGIN { printf "%.0f", (b - a) / 3 / n }')
    echo "$case $reader: $each instructions an item"
done < <("$bench" list)
