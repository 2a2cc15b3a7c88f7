#!/usr/bin/env bash
# tool-output.sh [NAME...]
#
# Records anew what compilers, assemblers, linkers and kbuild's own tools say of
# small mistakes, as tests/Klp.Sdk.Tests/ToolOutput/TOOLS-AND-VERSIONS.txt. The
# tools are those of several releases of Debian, each unpacked with what it needs
# into a root of its own in the cache folder, where nothing is installed. NAME is
# one of these roots: bullseye, bookworm, trixie, sid; without, all are recorded.
#
# For whoever looks after the parser, not for users; it needs root (chroot). A record
# of versions that the archive has no more stays as it is. What a new record should
# be read as is to be written beside it: the test says what was read.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

(($(id -u) == 0)) || die "run it as root: it runs the tools of other releases in a chroot"
cache=$(cache_folder)/tool-output
output=$root/tests/Klp.Sdk.Tests/ToolOutput
cases=$output/cases

base=(bash dash coreutils sed grep mawk findutils diffutils gzip xz-utils make binutils libc6-dev pahole)
of_compilers=(errors missing-header macro werror warning option colour assembler assembler-macro duplicate killed)
of_kbuild=(errors duplicate assembler undefined license gpl-only namespace mismatch exports allocatable objtool
    kernel-macro fixdep no-source no-pahole pahole-fails)

# --- roots -------------------------------------------------------------------

# apt with the suites of a root, on a state of its own there.
root_apt() {
    local tree=$1
    shift
    APT_CONFIG=$tree/apt/apt.conf "$@"
}

write_configuration() {
    local tree=$1 suite source
    shift
    source=$("$root/eng/linux-source.sh" sources)
    write_apt_configuration_of_sources "$tree/apt" 'APT::Architecture "amd64";' 'APT::Install-Recommends "false";'
    for suite; do
        sed -E "s/^Suites:.*/Suites: $suite/; s/^Architectures:.*/Architectures: amd64/" "$source" >"$tree/apt/sources/$suite.sources"
    done
}

# newest TREE SERIES: the package with the newest headers of that series of kernels.
newest() {
    root_apt "$1" apt-cache pkgnames "linux-headers-$2." | grep -E '^linux-headers-[0-9][^-]*(-[0-9]+)?-amd64$' | sort -V | tail -n 1
}

# make_root NAME "SUITE..." "SERIES..." PACKAGE...
make_root() {
    local name=$1 tree=$cache/$1 suites series file one packages
    read -ra suites <<<"$2"
    read -ra series <<<"$3"
    shift 3
    if [[ -e $tree/.complete ]]; then return; fi
    rm -rf "$tree"
    local system=$tree/root
    mkdir -p "$system"/{usr/{bin,sbin,lib,lib64},dev,proc,tmp,cases}
    for file in bin sbin lib lib64; do ln -s "usr/$file" "$system/$file"; done
    write_configuration "$tree" "${suites[@]}"
    root_apt "$tree" apt-get -qq --error-on=any update >&2 || die "the archive does not give us $name"
    packages=("$@" "${base[@]}")
    for one in "${series[@]}"; do packages+=("$(newest "$tree" "$one")"); done
    # Not every release has every package of the base.
    mapfile -t packages < <(for one in "${packages[@]}"; do root_apt "$tree" apt-cache pkgnames "$one" | grep -xF "$one"; done)
    log "unpacking the tools of $name: ${packages[*]}"
    root_apt "$tree" apt-get -qq --yes --download-only install "${packages[@]}" >&2
    for file in "$tree"/apt/cache/archives/*.deb; do
        if [[ ${file##*/} == linux-image-* ]]; then continue; fi
        dpkg-deb --fsys-tarfile "$file" |
            tar -x -C "$tree/root" --keep-directory-symlink --exclude=./usr/share/doc --exclude=./usr/share/man
    done
    # What the packages' own scripts would do.
    ln -sf dash "$tree/root/usr/bin/sh"
    ln -sf mawk "$tree/root/usr/bin/awk"
    mknod -m 666 "$tree/root/dev/null" c 1 3
    chmod 1777 "$tree/root/tmp"
    rm -rf "$tree/apt/cache"
    : >"$tree/.complete"
}

# in_root NAME COMMAND...: in a mount namespace of its own, so that no mount stays.
in_root() {
    local tree=$cache/$1/root
    shift
    # shellcheck disable=SC2016 # for the inner shell
    unshare --mount --pid --fork bash -c '
        mount -t proc proc "$0/proc" && mount --bind "$1" "$0/cases" && exec chroot "$0" /usr/bin/env -i PATH=/usr/bin:/usr/sbin "${@:2}"
    ' "$tree" "$cases" "$@"
}

# --- records -----------------------------------------------------------------

# version NAME PROGRAM: the first number with dots of what it says its version is.
version() { in_root "$1" "$2" --version | grep -oE '[0-9]+(\.[0-9]+)+' | head -n 1; }

# record NAME FILE-NAME KERNEL-BUILD-DIRECTORY "CASE..." MAKE-ARGUMENT...
record() {
    local name=$1 file=$output/$2.txt build=$3 list one
    read -ra list <<<"$4"
    shift 4
    log "recording ${file##*/}"
    for one in "${list[@]}"; do in_root "$name" /cases/run.sh "$one" "$build" "$@"; done >"$file.tmp"
    mv "$file.tmp" "$file"
}

# of_gcc NAME PROGRAM
of_gcc() {
    record "$1" "gcc-$(version "$1" "$2").binutils-$(version "$1" ld).make-$(version "$1" make)" "" "${of_compilers[*]}" "CC=$2" LD=ld
}

# of_clang NAME MAJOR
of_clang() {
    record "$1" "clang-$(version "$1" "clang-$2").make-$(version "$1" make)" "" "${of_compilers[*]}" "CC=clang-$2" "LD=ld.lld-$2"
}

# of_kernels NAME: of all whose headers are in the root.
of_kernels() {
    local build release system=$cache/$1/root
    for build in "$system"/usr/src/linux-headers-*-amd64; do
        release=${build##*/linux-headers-}
        record "$1" "linux-${release%%[-+]*}.gcc-$(version "$1" gcc).binutils-$(version "$1" ld).make-$(version "$1" make)" \
            "/usr/src/linux-headers-$release" "${of_kbuild[*]}"
    done
}

bullseye() {
    make_root bullseye "bullseye" "" gcc
    of_gcc bullseye gcc
}

bookworm() {
    make_root bookworm "bookworm" "6.1" gcc clang-14 lld-14 clang-16 lld-16
    of_gcc bookworm gcc
    of_clang bookworm 14
    of_clang bookworm 16
    of_kernels bookworm
}

trixie() {
    make_root trixie "trixie trixie-backports" "6.12 7.2 7.3" gcc clang-19 lld-19 clang-22 lld-22
    of_gcc trixie gcc
    of_clang trixie 19
    of_clang trixie 22
    of_kernels trixie
}

sid() {
    make_root sid "sid" "" gcc-15 gcc-16 clang-23 lld-23
    of_gcc sid gcc-15
    of_gcc sid gcc-16
    of_clang sid 23
}

(($# > 0)) || set -- bullseye bookworm trixie sid
for release; do
    case $release in
    bullseye | bookworm | trixie | sid) "$release" ;;
    *) die "usage: tool-output.sh [bullseye | bookworm | trixie | sid]..." ;;
    esac
done
