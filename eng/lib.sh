# shellcheck shell=bash
# Shared by the set-up scripts; source it, do not run it.

# The repository, whatever folder the caller is in.
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

# Debian leaves these out of a plain user's PATH; depmod lives there.
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin

# Progress goes to stderr so that a script's stdout can be its result.
log() { printf 'eng: %s\n' "$*" >&2; }
die() {
    printf 'eng: error: %s\n' "$*" >&2
    exit 1
}

# minutes:seconds since this shell started, for progress lines.
elapsed() { printf '%d:%02d' $((SECONDS / 60)) $((SECONDS % 60)); }

# stage TITLE COMMAND...: runs the command between a title and its seconds.
stage() {
    local title=$1 start=$SECONDS
    shift
    log "== $title"
    "$@"
    log "== $title: $((SECONDS - start)) s"
}

# A folder of kernels: creatable, writable, and without the characters that
# kbuild does not support in a path.
usable_cache() {
    [[ $1 != *[[:space:]:]* ]] && mkdir -p "$1" 2>/dev/null && [[ -w $1 ]]
}

# The folder that outlives checkouts, or one inside the checkout if there is
# no such place (a read-only or missing home).
cache_folder() {
    local home=${XDG_CACHE_HOME:-${HOME:+$HOME/.cache}} folder
    for folder in ${home:+"$home/klp-sdk"} "$root/artifacts/cache"; do
        if usable_cache "$folder"; then
            (cd "$folder" && pwd -P)
            return
        fi
    done
    die "no folder to keep the demo kernel in: set XDG_CACHE_HOME to a writable folder without spaces or colons in its path"
}

# The user's own kernel tree (a build directory), absolute; empty if none.
own_kernel_tree() {
    local tree=${KLP_KERNEL_TREE:-}
    [[ -n $tree ]] || return 0
    [[ -d $tree ]] || die "KLP_KERNEL_TREE is '$tree', which is not a folder"
    (cd "$tree" && pwd)
}

# hold NAME FD: holds artifacts/NAME for as long as this shell and what it
# starts live, so that no other checkout's set-up removes it while it is in use.
hold() {
    local tree=$root/artifacts/$1
    eval "exec $2>>\"\$tree/.in-use\""
    flock --shared "$2"
    [[ -e $tree/.complete || -e $tree/.source ]] || die "$1 was removed by another set-up; try again"
}

# Everything a build needs: .NET, packages, a kernel. Exports KLP_KERNEL_TREE,
# the kernel's build directory. With the argument "tests", the packages of tests too.
set_up() {
    command -v dotnet >/dev/null ||
        die "the .NET SDK $(sed -nE 's/.*"version": *"([0-9]+)\..*/\1/p' "$root/global.json") is not on the PATH. Install your distribution's package (dotnet-sdk-10.0) or use Microsoft's dotnet-install.sh."
    # Also fails, and says why, when the SDK is too old for global.json.
    (cd "$root" && dotnet --version >/dev/null) || die "the .NET SDK here is not one that global.json accepts"
    "$root/eng/packages.sh" "$@"
    "$root/eng/demo-kernel.sh"
    KLP_KERNEL_TREE=$(own_kernel_tree)
    if [[ -z $KLP_KERNEL_TREE ]]; then
        hold demo-kernel 9
        KLP_KERNEL_TREE=$root/artifacts/demo-kernel/build
    fi
    export KLP_KERNEL_TREE
    export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
    # No build process stays behind.
    export MSBUILDDISABLENODEREUSE=1
}

# Gets the kernels of tests beside the demo kernel.
get_test_kernels() {
    "$root/eng/distribution-kernel.sh"
    "$root/eng/demo-kernel.sh" hardened-kernel
    "$root/eng/demo-kernel.sh" llvm-kernel
    "$root/eng/demo-kernel.sh" previous-kernel
    "$root/eng/demo-kernel.sh" older-kernel source
    "$root/eng/distribution-kernel.sh" backports-kernel
}

# Holds them: what gets them is not this shell.
hold_test_kernels() {
    hold distribution-kernel 8
    hold hardened-kernel 7
    hold llvm-kernel 6
    hold previous-kernel 5
    hold older-kernel 3
    hold backports-kernel 4
}

# write_apt_configuration FOLDER [LINE...]: FOLDER/apt.conf, by which apt has a state of
# its own in FOLDER: the system learns nothing of it. The machine's way to the network
# (proxies, timeouts, certificates), its sources, keys and pins are kept, its hooks would
# touch the system, its index targets and languages download what nobody asked for.
# Signatures are checked as always. What the LINEs set counts.
write_apt_configuration() {
    local folder=$1
    shift
    mkdir -p "$folder"/{lists/partial,cache/archives/partial,sources}
    : >"$folder/no-packages"
    {
        apt-config dump | grep -iE '^(Acquire|Dir::Etc|APT::Default-Release)\b' |
            grep -iEv '^(Acquire::(IndexTargets|Languages)|Dir::Etc::(Main|Parts))\b' || true
        cat <<END
Acquire::Languages "none";
Acquire::Retries "2";
Acquire::AllowInsecureRepositories "false";
APT::Get::AllowUnauthenticated "false";
Dir::Etc::Main "/dev/null";
Dir::Etc::Parts "/dev/null";
Dir::State::Status "$folder/no-packages";
Dir::State::Lists "$folder/lists";
Dir::Cache "$folder/cache";
END
        # apt's sandbox user may not write in root's folders.
        if (($(id -u) == 0)); then echo 'APT::Sandbox::User "root";'; fi
        if (($# > 0)); then printf '%s\n' "$@"; fi
    } >"$folder/apt.conf"
}

# The same for apt with one list of sources, in FOLDER/sources, that no pin or priority
# of the machine's decides about.
write_apt_configuration_of_sources() {
    write_apt_configuration "$@" \
        'APT::Default-Release "";' \
        'Dir::Etc::SourceList "/dev/null";' "Dir::Etc::SourceParts \"$1/sources\";" \
        'Dir::Etc::Preferences "/dev/null";' 'Dir::Etc::PreferencesParts "/dev/null";'
}
