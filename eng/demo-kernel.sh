#!/usr/bin/env bash
# demo-kernel.sh [NAME [source]]
#
# Builds the demo kernel: Debian's newest kernel source for arm64, configured
# by demo-kernel.config, under the cache folder. Afterwards
# artifacts/demo-kernel/{source,build} are its source and build directory.
# With a NAME it builds another kernel, as artifacts/NAME: hardened-kernel, or
# llvm-kernel, which clang and lld build, are of the same source, configured by
# demo-kernel.config, test-kernel.config and NAME.config; previous-kernel is of the second-newest
# series of kernels, with the demo kernel's configuration; older-kernel likewise of
# the oldest point release, of the newest series of which the archive has several.
# With "source" its source is unpacked, and no more. What the archive has too few
# series or releases for is a folder with nothing but the file why-not, which says so.
#
# Run it whenever you need that kernel: it only works when the source version,
# the configuration or the compiler have changed, or when it was interrupted.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# Part of the key: raise it when a change here must make everybody rebuild.
format=1

name=${1:-demo-kernel} only=${2:-}
title=${name/-/ }

own_tree=$(own_kernel_tree)
if [[ $name == demo-kernel && -n $own_tree ]]; then
    log "using your kernel tree $own_tree (KLP_KERNEL_TREE); no demo kernel needed"
    exit 0
fi

# Of what several fragments set, the later one's counts.
fragments=("$root/eng/demo-kernel.config")
[[ $name == @(demo|previous|older)-kernel ]] || fragments+=("$root/eng/test-kernel.config" "$root/eng/$name.config")
cross=aarch64-linux-gnu-
# The newest LLVM that Debian 12 has in its main archive; the kernel wants 17 at least.
llvm=-19
tools=(CROSS_COMPILE="$cross")
[[ $name != llvm-kernel ]] || tools=(LLVM="$llvm")
cache=$(cache_folder)
kernels=$cache/$name
# What all of them share: the packages with the sources, and which the archive has.
sources=$cache/demo-kernel
jobs=$(nproc)
mkdir -p "$kernels" "$sources" "$root/artifacts"

# One set-up at a time. What this script starts inherits the lock, so a make
# that outlives a killed set-up cannot be met by a second one.
exec 8>"$sources/.lock"
if ! flock --nonblock 8; then
    log "waiting for another set-up of a kernel"
    flock 8
fi

# make answers Ctrl-C with an error, which is not one of the kernel.
trap 'log "interrupted; run it again to go on from here"; exit 130' INT

# --- which kernel -----------------------------------------------------------

# What Debian has is asked once a day; $known remembers "PACKAGE VERSION..." of each
# series. It is also asked when ours is yet to be downloaded, as it may be gone by now.
known=$sources/.versions
# choose: sets package and version to ours of those that are known; none may be ours.
choose() {
    local line='NR == 1 { print $1, $2 }'
    case $name in
    previous-kernel) line='NR == 2 { print $1, $2 }' ;;
    older-kernel) line='NF > 2 { print $1, $NF; exit }' ;;
    esac
    read -r package version < <(awk "$line" "$known") || package='' version=''
}
look_up() {
    if [[ -n $(find "$known" -mtime -1 2>/dev/null) ]]; then
        choose
        [[ -n $package && ! -e $sources/$package-$version.deb ]] || return 0
    fi
    log "looking up Debian's newest kernel sources"
    if "$root/eng/linux-source.sh" series >"$known.tmp"; then
        mv "$known.tmp" "$known"
    else
        rm -f "$known.tmp"
        [[ -s $known ]] || exit 1
        # Not again for the next hour.
        touch -d '23 hours ago' "$known"
        log "note: that failed; going on with the sources known from before"
    fi
    choose
}
look_up

# link TREE
link() {
    local link=$root/artifacts/$name
    ln -sfn "$1" "$link.$$"
    mv -fT "$link.$$" "$link"
}

# Between two series in backports there is one for a while, and of a new one a single release.
if [[ -z $package ]]; then
    none=$kernels/none
    mkdir -p "$none"
    echo "the archive has too few versions of the kernel's source now: $(paste -sd , "$known")" >"$none/why-not"
    : >"$none/.complete"
    log "no $title here: $(<"$none/why-not")"
    link "$none"
    exit 0
fi

kernel_version=${version#*:}
kernel_version=${kernel_version%%-*}
if [[ $name == llvm-kernel ]]; then
    compiler=$("clang$llvm" --version | head -n 1)
else
    compiler=$("${cross}gcc" -v 2>&1 | tail -n 1)
fi
# The paths and the machine's architecture, because a build directory records
# the one and has host programs of the other.
key=$kernel_version-$(
    { echo "$format|$package|$version|$compiler|$(uname -m)|$kernels"; cat "${fragments[@]}"; } | sha256sum | cut -c -12
)
tree=$kernels/$key
source=$tree/source
build=$tree/build
build_log=$tree/build.log

# --- the states of a tree ---------------------------------------------------
# .begun     which boot of this machine began it. Files written before a crash
#            may be empty, so an unfinished tree of another boot starts over.
# .unpacked  the source is all there
# .source    it is on the disk too, and no more was asked for
# .complete  everything is there, checked and on the disk

boot_id() { cat /proc/sys/kernel/random/boot_id 2>/dev/null || echo unknown; }

products=(vmlinux arch/arm64/boot/Image Module.symvers System.map
    mm/zsmalloc.ko drivers/block/zram/zram.ko drivers/md/dm-mod.ko drivers/md/dm-zero.ko)

# Names the products that are missing.
missing_products() {
    local file
    for file in "${products[@]}"; do
        [[ -s $build/$file ]] || printf '%s ' "$file"
    done
}

is_complete() {
    [[ -e $tree/.complete && -e $source/Makefile && -e $build/.config && -z $(missing_products) ]]
}

# Other keys' trees go once this one is complete: 2 GB each. A tree in use is
# locked by who uses it (hold_demo_kernel in lib.sh) and stays.
remove_others() {
    local other
    for other in "$kernels"/*/; do
        other=${other%/}
        [[ $other != "$tree" ]] || continue
        if (
            exec 7>"$other/.in-use" && flock --nonblock 7 && rm -f "$other/.complete" && rm -rf "$other"
        ); then
            log "removed the old kernel $(basename "$other")"
        else
            log "kept the old kernel $(basename "$other"), which is in use"
        fi
    done
    remove_packages
}

# Keeps the packages of the two series that kernels are built of.
remove_packages() {
    local file
    for file in "$sources"/*.deb; do
        awk 'NR <= 2 { print $1 "-" $2 }' "$known" | grep -qxF "$(basename "$file" .deb)" || rm -f "$file"
    done
}

# --- the work ---------------------------------------------------------------

unpack() {
    rm -rf "$source" "$build"
    share_source || extract_source
    touch "$tree/.unpacked"
}

# The same files as the demo kernel's source, where that is of the same package:
# nobody writes to a source, and a link a file takes a tenth of unpacking it.
share_source() {
    local other
    for other in "$sources/$kernel_version"-*/; do
        [[ -e $other/.complete && $(head -n 1 "$other/.complete") == "$package $version" ]] || continue
        if cp -al "$other/source" "$source" 2>/dev/null; then return 0; fi
        rm -rf "$source"
    done
    return 1
}

extract_source() {
    local deb=$sources/$package-$version.deb
    # Kept, so that another configuration needs no network.
    if [[ ! -e $deb ]]; then
        log "downloading $package $version, about 160 MB"
        "$root/eng/linux-source.sh" fetch "$package" "$version" "$deb"
    fi
    log "unpacking the source"
    mkdir -p "$source"
    dpkg-deb --fsys-tarfile "$deb" | tar -xO "./usr/src/$package.tar.xz" |
        tar -xJ --no-same-owner --strip-components=1 -C "$source" ||
        die "could not unpack $deb; if the disk has room, delete that file and try again"
}

# make in a clean environment: no flags, architecture or output folder of the
# caller's, and the same kernel from every machine, user and attempt.
kernel_make() {
    env -i PATH="$PATH" HOME="${HOME:-/}" LC_ALL=C ${TMPDIR:+TMPDIR="$TMPDIR"} \
        KBUILD_BUILD_TIMESTAMP='2025-01-01 00:00:00 UTC' KBUILD_BUILD_USER=klp KBUILD_BUILD_HOST=demo KBUILD_BUILD_VERSION=1 \
        make -C "$source" O="$build" ARCH=arm64 "${tools[@]}" "$@"
}

# Runs a command, its output to the log.
logged() { "$@" </dev/null >>"$build_log" 2>&1 || failed_build; }

failed_build() {
    # With several jobs the first error can be far from the end.
    log "the first errors and the end of $build_log:"
    grep -nE -m 10 -A 2 'error:|Error |\*\*\*' "$build_log" >&2 || true
    echo ... >&2
    tail -n 15 "$build_log" >&2
    die "the $title did not build; the whole log is $build_log
     Another run goes on from here; to start over, delete $tree"
}

configure() {
    local line lost=()
    logged kernel_make tinyconfig
    logged env -C "$source" LC_ALL=C scripts/kconfig/merge_config.sh -m -O "$build" "$build/.config" "${fragments[@]}"
    logged kernel_make olddefconfig
    # Kconfig drops, without an error, what has an unmet dependency.
    while read -r line; do
        grep -qxF "$line" "$build/.config" || lost+=("$line")
    done < <(grep -hE '^CONFIG_[A-Za-z0-9_]+=[ym]$' "${fragments[@]}")
    ((${#lost[@]} == 0)) ||
        die "Linux $kernel_version does not accept from ${fragments[*]#"$root/"}: ${lost[*]}"
    grep -qx CONFIG_LIVEPATCH=y "$build/.config" || die "the $title would be without CONFIG_LIVEPATCH"
}

# Copies make's output to the log and says every half minute where it is.
watch_build() {
    local line steps=0 next=$((SECONDS + 30))
    while IFS= read -r line; do
        printf '%s\n' "$line"
        steps=$((steps + 1))
        if ((SECONDS >= next)); then
            log "  $(elapsed) $steps steps, now${line:0:60}"
            next=$((SECONDS + 30))
        fi
    done >>"$build_log"
}

compile() {
    log "building the $title $kernel_version for arm64, about $(((5 + jobs) / jobs)) minutes on $jobs cores; log: $build_log"
    kernel_make -j"$jobs" Image modules 2>&1 </dev/null | watch_build || failed_build
    local missing
    missing=$(missing_products)
    [[ -z $missing ]] || die "the $title built, but without $missing(log: $build_log)"
}

have_source() {
    log "the source of the $title $kernel_version is unpacked: $source"
    link "$tree"
    exit 0
}

if [[ $only == source && -e $tree/.source ]]; then have_source; fi
if ! is_complete; then
    if [[ -d $tree ]] && { [[ -e $tree/.complete ]] || [[ $(cat "$tree/.begun" 2>/dev/null) != "$(boot_id)" ]]; }; then
        log "the kernel in $tree is damaged or from before a restart; starting over"
        rm -rf "$tree"
    fi
    mkdir -p "$tree"
    boot_id >"$tree/.begun"
    if [[ ! -e $tree/.unpacked ]]; then unpack; elif [[ $only != source ]]; then log "going on with an interrupted build"; fi
    if [[ $only == source ]]; then
        sync -f "$tree"
        touch "$tree/.source"
        remove_others
        have_source
    fi
    mkdir -p "$build"
    : >"$build_log"
    configure
    compile
    # First everything else on the disk, then the word that it is.
    sync -f "$tree"
    printf '%s %s\n%s\n' "$package" "$version" "$compiler" >"$tree/.complete.tmp"
    mv "$tree/.complete.tmp" "$tree/.complete"
    remove_others
    log "built the $title $kernel_version in $(elapsed)"
else
    log "the $title $kernel_version is built: $tree"
fi
link "$tree"
