#!/usr/bin/env bash
# Installs the Debian packages that the demo kernel and the samples need and,
# with the argument "tests", those of the tests. Only missing ones; says which
# before it does.
#
# A package counts as present when what it is wanted for works, not when dpkg
# lists it: a compiler of one's own is as good, and it also works without dpkg.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

missing=()
# want PACKAGE COMMAND...: PACKAGE is missing unless COMMAND succeeds.
want() {
    local package=$1
    shift
    "$@" &>/dev/null || missing+=("$package")
}
has() { command -v "$1"; }
# includes COMPILER HEADER
includes() { printf '#include <%s>\n' "$2" | "$1" -E -x c - -o /dev/null; }

# compiler MACHINE PACKAGE: gcc for MACHINE; on such a machine the native one.
compiler() {
    if [[ $(uname -m) == "$1" ]]; then
        want gcc has gcc
    else
        want "$2" has "${2#gcc-}-gcc"
    fi
}

arm64_tools() {
    # On an arm64 machine the native compiler also has the cross compiler's name.
    if [[ $(uname -m) == aarch64 ]]; then
        want gcc has aarch64-linux-gnu-gcc
        want libc6-dev includes aarch64-linux-gnu-gcc stdio.h
    else
        want gcc-aarch64-linux-gnu has aarch64-linux-gnu-gcc
        want libc6-dev-arm64-cross includes aarch64-linux-gnu-gcc stdio.h
    fi
    want qemu-system-arm has qemu-system-aarch64
}

want make has make
want binutils has readelf
want kmod has depmod

tree=$(own_kernel_tree)
if [[ -n $tree ]]; then
    # Of a kernel that is already built only its architecture is our business;
    # for another than arm64 the user has the tools it was built with.
    if grep -qs '^CONFIG_ARM64=y' "$tree/.config"; then arm64_tools; fi
else
    arm64_tools
    # To build a kernel.
    want gcc has gcc
    want libc6-dev includes gcc stdio.h
    want libssl-dev includes gcc openssl/opensslv.h
    want libelf-dev includes gcc gelf.h
    want flex has flex
    want bison has bison
    want bc has bc
    want perl has perl
    want python3 has python3
    want cpio has cpio
    want rsync has rsync
    want xz-utils has xz
    # Others' essentials, but not of every container.
    want diffutils has cmp
    want util-linux has flock
fi

if [[ ${1:-} == tests ]]; then
    # The ELF tests use arm64's tools whatever kernel is under test.
    arm64_tools
    # The distribution's own kernel is x86-64's.
    want qemu-system-x86 has qemu-system-x86_64
    if [[ $(uname -m) == x86_64 ]]; then
        want gcc has gcc
        want libc6-dev includes gcc stdio.h
    else
        want gcc-x86-64-linux-gnu has x86_64-linux-gnu-gcc
        want libc6-dev-amd64-cross includes x86_64-linux-gnu-gcc stdio.h
    fi
    want libelf-dev includes gcc gelf.h
    want cpio has cpio
    # Headers with a vmlinux, as since Debian 13, want it; a module gets its BTF by it.
    want pahole has pahole
    # Modules of every architecture that can livepatch are converted; Debian 12
    # has no gcc for LoongArch. LLVM also builds a kernel, and clangd reads sources
    # as an editor does. The four LLVM packages and what they depend on take
    # 390 MB, the two compilers 250 MB.
    compiler s390x gcc-s390x-linux-gnu
    compiler ppc64le gcc-powerpc64le-linux-gnu
    want clang-19 has clang-19
    want lld-19 has ld.lld-19
    want llvm-19 has llvm-objdump-19
    want clangd-19 has clangd-19
    # Test scripts run in the guest.
    want busybox-static has busybox
    # Modules are signed, by the kernel's scripts/sign-file, and compressed.
    want gcc has gcc
    want libssl-dev includes gcc openssl/opensslv.h
    want openssl has openssl
    want xz-utils has xz
    want zstd has zstd
    # Patches are applied as they apply them.
    want patch has patch
    want git has git
    # What builds are spread with, and not done again.
    want ccache has ccache
    want distcc has distccd
    mapfile -t missing < <(printf '%s\n' "${missing[@]}" | awk 'NF' | sort -u)
fi

if ((${#missing[@]} == 0)); then exit 0; fi

if ! has apt-get >/dev/null; then
    die "missing (by their Debian package names): ${missing[*]}
     There is no apt-get here; install them by other means and try again."
fi

as_root=()
if (($(id -u) != 0)); then
    has sudo >/dev/null ||
        die "missing packages, and neither root nor sudo to install them. As root: apt-get install --no-install-recommends ${missing[*]}"
    as_root=(sudo)
fi

log "installing Debian packages: ${missing[*]}"
# Not through the environment: sudo drops it.
apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get --quiet=2)
# A broken source of something else must not stop us; the install will tell.
"${apt[@]}" update || log "apt-get update failed; trying with the package lists at hand"
"${apt[@]}" --option Dpkg::Use-Pty=0 install --yes --no-install-recommends "${missing[@]}" </dev/null >&2 ||
    die "apt-get could not install: ${missing[*]}"
