#!/usr/bin/env bash
# How long `klp build --patch` takes, as a ratio to the way that compares whole
# kernels, as the kernel's own klp-build does: one build of the kernel for the
# original, once, and one with the patch on top of it, each time. What that way does
# afterwards (comparison, linking the module) is left out, so it is a lower bound.
#
#   bench/patches.sh [KERNEL_TREE [RUNS]]
#
# Takes as long as a build of that kernel, and 4 GB in the folder of temporary files,
# as the kernel's own trees are not written to.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
tree=$(cd "${1:-${KLP_KERNEL_TREE:-$root/artifacts/demo-kernel/build}}" && pwd -P)
runs=${2:-3}
source=$(sed -nE 's/^source_[^ ]+ := (.*)\/init\/main\.c$/\1/p' "$tree/init/.main.o.cmd")
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT

dotnet build "$root/src/Klp.Tool" -c Release -v quiet --nologo
klp=$root/artifacts/bin/Klp.Tool/release/klp.dll

milliseconds() {
    local start=${EPOCHREALTIME/./}
    "$@" >"$out/output" 2>&1 || { cat "$out/output" >&2; exit 1; }
    echo $(((${EPOCHREALTIME/./} - start) / 1000))
}
median() { sort -n | awk '{ value[NR] = $1 } END { print value[int((NR + 1) / 2)] }'; }

# make_patch NAME FILE SED-SCRIPT: $out/NAME.patch, which changes the file.
make_patch() {
    mkdir -p "$out/patched/$(dirname "$2")"
    sed -E "$3" "$source/$2" >"$out/patched/$2"
    diff -u --label "a/$2" --label "b/$2" "$source/$2" "$out/patched/$2" >"$out/$1.patch" && exit 1
    return 0
}
make_patch unit fs/proc/version.c 's/seq_printf\(m, linux_proc_banner/seq_puts(m, "one "); &/'
make_patch unit-again fs/proc/version.c 's/seq_printf\(m, linux_proc_banner/seq_puts(m, "two "); &/'
make_patch header fs/proc/internal.h 's/return PROC_I\(inode\)->pid;/barrier(); &/'
make_patch header-again fs/proc/internal.h 's/return PROC_I\(inode\)->pid;/barrier(); barrier(); &/'

# The environment has no cache of an earlier run: not of originals, nor of symbols.
ours() { env XDG_CACHE_HOME="$out/cache" dotnet "$klp" build --kernel "$tree" --patch "$out/$1.patch" -o "$out/$1.ko"; }

kernel_make() {
    env -i PATH="$PATH" HOME="${HOME:-/}" LC_ALL=C make -s -C "$out/source" O="$out/build" \
        ARCH=arm64 CROSS_COMPILE="${CROSS_COMPILE:-aarch64-linux-gnu-}" -j"$(nproc)" "$@"
}
peer() { cp "$out/patched/fs/proc/$1" "$out/source/fs/proc/" && kernel_make vmlinux modules; }

mkdir -p "$out/build"
cp -a "$source" "$out/source"
cp "$tree/.config" "$out/build/"
kernel_make olddefconfig
whole=$(milliseconds kernel_make vmlinux modules)

# report WHAT FILE PATCH
report() {
    local what=$1 file=$2 patch=$3 cold warm again original=$source/fs/proc/$2
    for ((i = 0; i < runs; i++)); do
        rm -rf "$out/cache"
        milliseconds ours "$patch" >>"$out/$patch-cold"
        milliseconds ours "$patch-again" >>"$out/$patch-warm"
        cp "$original" "$out/source/fs/proc/"
        kernel_make vmlinux modules
        milliseconds peer "$file" >>"$out/$patch-again"
    done
    cp "$original" "$out/source/fs/proc/"
    cold=$(median <"$out/$patch-cold") warm=$(median <"$out/$patch-warm") again=$(median <"$out/$patch-again")
    awk -v what="$what" -v cold="$cold" -v warm="$warm" -v whole="$whole" -v again="$again" -v runs="$runs" 'BEGIN {
        printf "%s: the first time %d ms, whole kernels %d ms, ratio %.3f; ", what, cold, whole + again, cold / (whole + again)
        printf "with another patch %d ms, %d ms, ratio %.2f (median of %d runs each)\n", warm, again, warm / again, runs }'
}
report "klp build, a source" version.c unit
report "klp build, a header of fs/proc" internal.h header
