#!/usr/bin/env bash
# How long `klp symbols` takes for a kernel tree, as a ratio to the way of the
# klp-convert patch series: nm for one object after the other, in a shell loop.
# The two take turns, so that a machine whose speed drifts is fair to both.
#
#   bench/symbols.sh [KERNEL_TREE [RUNS]]
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
tree=${1:-${KLP_KERNEL_TREE:-$root/artifacts/demo-kernel/build}}
runs=${2:-5}
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT

dotnet build "$root/src/Klp.Tool" -c Release -v quiet --nologo
klp=$root/artifacts/bin/Klp.Tool/release/klp.dll

peer() {
    echo "klp-convert-symbol-data.0.1"
    echo "*vmlinux"
    nm -n "$tree/vmlinux" | awk '{ print $NF }'
    while read -r object; do
        name=$(basename "${object%.*}")
        echo "*${name//-/_}"
        nm -p --defined-only "$tree/${object%.*}.ko" | awk '{ print $NF }'
    done <"$tree/modules.order"
}
ours() { dotnet "$klp" symbols --kernel "$tree" --output "$out/ours"; }
milliseconds() {
    local start=${EPOCHREALTIME/./}
    "$@" >"$out/output"
    echo $(((${EPOCHREALTIME/./} - start) / 1000))
}
median() { sort -n | awk '{ value[NR] = $1 } END { print value[int((NR + 1) / 2)] }'; }

milliseconds ours >/dev/null
milliseconds peer >/dev/null
for ((i = 0; i < runs; i++)); do
    milliseconds ours >>"$out/times-ours"
    milliseconds peer >>"$out/times-peer"
done
a=$(median <"$out/times-ours") b=$(median <"$out/times-peer")
echo "klp symbols: $a ms; nm in a loop: $b ms; ratio $(awk -v a="$a" -v b="$b" 'BEGIN { printf "%.2f", a / b }') (median of $runs runs each, $(wc -l <"$tree/modules.order") modules)"
