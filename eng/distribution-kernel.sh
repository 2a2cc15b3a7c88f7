#!/usr/bin/env bash
# distribution-kernel.sh [NAME]
#
# A Debian x86-64 kernel as its packages have it: no kernel is built, and nothing
# is installed. Afterwards artifacts/distribution-kernel/root has the image, the
# modules and usr/src/linux-headers-RELEASE, in which kbuild works, each where the
# packages have it.
#
# Without a NAME the kernel is that of the machine's own release of Debian, from
# the machine's own apt sources. With the NAME backports-kernel it is the newest
# one of the backports of Debian stable. The programs of its headers need the libc
# of that Debian; on an older one artifacts/backports-kernel has only the file
# why-not, which says so.
#
# Run it whenever you need that kernel: it only works when the archive has
# another version, or when it was interrupted.
#
# Signatures are checked as always. apt runs on a state of its own in the cache
# folder, so that the system knows neither the packages nor, on a machine of another
# architecture, the architecture amd64.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# Part of the key: raise it when a change here must make everybody unpack anew.
format=1

name=${1:-distribution-kernel}
case $name in
distribution-kernel) title="the distribution's kernel" ;;
backports-kernel) title="backports' kernel" ;;
*) die "usage: distribution-kernel.sh [distribution-kernel | backports-kernel]" ;;
esac
target=amd64
# Packages with the kernel, and what to build modules for it; of what they
# depend on only what matches is of that, the rest is for an installed kernel.
wanted=("linux-image-$target" "linux-headers-$target")
pattern='^linux-(image|base|binary|modules|headers|kbuild|compiler)-'

command -v apt-get >/dev/null || die "$title comes from a Debian archive by apt-get, which is not here"
native=$(dpkg --print-architecture)
cache=$(cache_folder)
kernels=$cache/$name
state=$kernels/.apt
mkdir -p "$state" "$root/artifacts"

# One set-up at a time.
exec 8>"$kernels/.lock"
if ! flock --nonblock 8; then
    log "waiting for another set-up of $title"
    flock 8
fi

# --- which packages ----------------------------------------------------------

write_configuration() {
    local suite lines=("APT::Architecture \"$native\";" "APT::Architectures { \"$native\"; \"$target\"; };")
    if [[ $name != backports-kernel ]]; then
        # The machine's release and pins decide.
        write_apt_configuration "$state" "${lines[@]}"
        return
    fi
    suite=$("$root/eng/linux-source.sh" sources) || return 1
    write_apt_configuration_of_sources "$state" "${lines[@]}"
    sed "s/^Architectures:.*/Architectures: $native $target/" "$suite" >"$state/sources/backports.sources"
}
private_apt() { APT_CONFIG=$state/apt.conf "$@"; }

# field PACKAGE:ARCHITECTURE NAME: that field of the version apt would install.
field() { private_apt apt-cache show --no-all-versions "$1" 2>/dev/null | sed -n "s/^$2: //p" | head -n 1; }

# Adds the architecture to a package's name: this machine's for the programs
# that build modules, and for what is the same for all, which apt counts to it.
qualified() {
    if [[ $1 == linux-kbuild-* || -z $(field "$1:$target" Version) ]]; then echo "$1:$native"; else echo "$1:$target"; fi
}

# "PACKAGE:ARCHITECTURE VERSION" of each package, what depends on others first.
resolve() {
    local -A seen=()
    local queue=("${wanted[@]}") wish package version dependency
    while ((${#queue[@]})); do
        wish=${queue[0]}
        queue=("${queue[@]:1}")
        [[ -z ${seen[$wish]:-} ]] || continue
        seen[$wish]=1
        package=$(qualified "$wish")
        version=$(field "$package" Version)
        [[ -n $version ]] ||
            die "the apt sources of $title have no $wish; the tests of distribution kernels need those of a release of Debian"
        echo "$package $version"
        # The first of alternatives, without version and architecture.
        while read -r dependency; do
            if [[ $dependency =~ $pattern ]]; then queue+=("$dependency"); fi
        done < <(field "$package" Depends | tr ',' '\n' | sed -E 's/^ *([^ :|(]+).*/\1/')
    done
}

# release_in FILE: the release, from the headers' name in a list of packages.
release_in() { sed -nE "s/^linux-headers-([0-9].*-$target):.*/\1/p" "$1" | head -n 1; }
tree_of() { echo "$kernels/$(release_in "$1")-$({ echo "$format|$kernels"; cat "$1"; } | sha256sum | cut -c -12)"; }

# The libc that the headers' programs need, and whether this machine's is older.
libc=$kernels/.libc
needed_libc() {
    local kbuild
    kbuild=$(sed -nE 's/^(linux-kbuild-[^ ]+) .*/\1/p' "$1" | head -n 1)
    field "$kbuild" Depends | tr ',' '\n' | sed -nE 's/^ *libc6 \(>= ([^)]+)\).*/\1/p'
}
lacks_libc() {
    [[ -s $libc ]] && dpkg --compare-versions "$(dpkg-query --show --showformat '${Version}' "libc6:$native")" lt "$(<"$libc")"
}

# What the archive has is asked once a day; $newest remembers it. It is also
# asked when that is yet to be downloaded, as it may be gone by now.
newest=$kernels/.newest
is_known() { [[ -s $newest && -e $(tree_of "$newest")/.complete ]] || lacks_libc; }
look_up() {
    if [[ -n $(find "$newest" -mtime -1 2>/dev/null) ]] && is_known; then return; fi
    log "looking up $title for $target"
    if write_configuration; then
        # A source that fails is an error only if it is the one with the kernel.
        private_apt apt-get -qq update >&2 || log "note: apt-get update failed for some sources"
        if (resolve >"$newest.tmp" && needed_libc "$newest.tmp" >"$libc"); then
            mv "$newest.tmp" "$newest"
            return
        fi
    fi
    rm -f "$newest.tmp"
    is_known || exit 1
    # Not again for the next hour.
    touch -d '23 hours ago' "$newest"
    log "note: that failed; going on with the kernel known from before"
}
look_up

link() {
    local link=$root/artifacts/$name
    ln -sfn "$1" "$link.$$"
    mv -fT "$link.$$" "$link"
}

if lacks_libc; then
    # The machine's own kernel has the machine's libc.
    [[ $name == backports-kernel ]] || die "the headers of $title need libc6 $(<"$libc") or newer"
    none=$kernels/none
    mkdir -p "$none"
    echo "the programs of its headers need libc6 $(<"$libc") or newer, which this release of Debian does not have" >"$none/why-not"
    : >"$none/.complete"
    log "no $title here: $(<"$none/why-not")"
    link "$none"
    exit 0
fi

tree=$(tree_of "$newest")
packed=$tree/packages
unpacked=$tree/root
release=$(release_in "$newest")
[[ -n $release ]] || die "the archive's linux-headers-$target depends on no headers of a release: $(paste -sd ' ' "$newest")"
headers=$unpacked/usr/src/linux-headers-$release

# --- the states of a tree ----------------------------------------------------
# packages/X.deb   X is downloaded, whole and checked by apt
# .complete        everything is there and on the disk; packages/ is gone

missing_products() {
    local file
    # From 7.3 on the image is beside the modules.
    [[ -s $unpacked/lib/modules/$release/vmlinuz || -s $unpacked/boot/vmlinuz-$release ]] || printf 'vmlinuz-%s ' "$release"
    for file in "lib/modules/$release/modules.order" \
        "usr/src/linux-headers-$release"/{.config,Module.symvers,include/generated/utsrelease.h,scripts/Makefile.build,scripts/mod/modpost}; do
        [[ -s $unpacked/$file ]] || printf '%s ' "$file"
    done
}

is_complete() { [[ -e $tree/.complete && -z $(missing_products) ]]; }

# Other versions go once this one is complete. One in use is locked by who uses
# it and stays.
remove_others() {
    local other
    for other in "$kernels"/*/; do
        other=${other%/}
        [[ $other != "$tree" ]] || continue
        if (exec 7>"$other/.in-use" && flock --nonblock 7 && rm -f "$other/.complete" && rm -rf "$other"); then
            log "removed the old kernel $(basename "$other")"
        else
            log "kept the old kernel $(basename "$other"), which is in use"
        fi
    done
}

# --- the work ----------------------------------------------------------------

download() {
    local package version file work=$tree/download
    mkdir -p "$packed"
    while read -r package version; do
        file=$packed/${package%:*}.deb
        [[ ! -e $file ]] || continue
        log "downloading $package $version"
        rm -rf "$work"
        mkdir -p "$work"
        (cd "$work" && private_apt apt-get -q=2 download "$package=$version" >&2) ||
            die "could not download $package $version"
        mv "$work"/*.deb "$file"
    done <"$newest"
    rm -rf "$work"
}

unpack() {
    local file
    log "unpacking the kernel $release"
    rm -rf "$unpacked"
    mkdir -p "$unpacked"
    for file in "$packed"/*.deb; do
        dpkg-deb -x "$file" "$unpacked" || {
            rm -f "$file"
            die "could not unpack $(basename "$file"); if the disk has room, try again"
        }
    done
    # The modules of newer releases are in usr/lib.
    [[ -e $unpacked/lib ]] || ln -s usr/lib "$unpacked/lib"
}

# The packages expect to be in /; here they are not.
relocate() {
    local link
    sed -i "s|/usr/src/|$unpacked/usr/src/|g" "$headers/Makefile"
    for link in "$unpacked/lib/modules/$release"/{build,source}; do
        if [[ $(readlink "$link") == /* ]]; then ln -sfn "$unpacked$(readlink "$link")" "$link"; fi
    done
}

if ! is_complete; then
    rm -f "$tree/.complete"
    mkdir -p "$tree"
    download
    unpack
    relocate
    missing=$(missing_products)
    [[ -z $missing ]] || die "the packages of $title are without $missing(see $tree)"
    grep -qx CONFIG_LIVEPATCH=y "$headers/.config" || die "$title $release is without CONFIG_LIVEPATCH"
    # First everything else on the disk, then the word that it is.
    sync -f "$tree"
    cp "$newest" "$tree/.complete.tmp"
    mv "$tree/.complete.tmp" "$tree/.complete"
    # apt's own cache is larger than what it was asked.
    rm -rf "$packed" "$state/cache"
    remove_others
    log "$title $release is ready, after $(elapsed)"
else
    log "$title $release is there: $tree"
fi
link "$tree"
