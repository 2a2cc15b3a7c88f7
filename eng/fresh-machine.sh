#!/usr/bin/env bash
# fresh-machine.sh [--as root|user] [--kernels FOLDER] RELEASE [build|test]
#
# Tries the two commands of the README where nothing is prepared: makes a bare
# Debian RELEASE (bookworm, trixie, ...) with debootstrap in a folder, clones the
# working tree's HEAD into it, and runs ./build.sh and ./test.sh there, as root and
# as a user who may use sudo, each on a machine of his own. After build.sh it also
# runs, in an empty folder, the lines that build.sh prints as the next ones.
#
#   build, test         only that command; the default is both, in this order
#   --as root|user      only as root, or only as the user
#   --kernels FOLDER    keep what goes into the user's cache folder, the kernels above
#                       all, in FOLDER/RELEASE, so that another run finds them; without
#                       it they are gone with the machine
#
# The machine has what debootstrap calls minbase, the packages that .NET depends on
# and, for the user, sudo: what else is needed is the set-up's to install. From here
# it has the .NET SDK (read-only), the NuGet configuration, the apt sources of Debian
# with their way to the network, and the certificates that this machine trusts.
#
# Needs root, debootstrap and 15 GB on a file system that has neither nodev nor
# noexec nor nosuid. A run of both commands takes half an hour or more for each
# account, most of it kernels and tests. Its exit status is 0 when all passed; the last
# lines say what did, and when. artifacts/fresh-machine/logs has
# RELEASE-ACCOUNT-COMMAND.log, and the result files of the tests. With
# KLP_UPDATE_TABLES=1 the tests write the tables of the documents anew, and what they
# changed is in RELEASE-ACCOUNT-tables.patch.
#
# All mounts are in namespaces of their own, which end with the last process of the
# machine, and the machine's processes end with this script, however it ends. Nothing
# outside artifacts/fresh-machine and the --kernels folder is written to.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

folder=$root/artifacts/fresh-machine
logs=$folder/logs
# A bare Debian; then, for each account, a copy of it.
base=$folder/base
machine=$folder/machine
user=klp

# --- inside: the script again, as the first process of the namespaces ---------

# mount_machine DIRECTORY: what a running machine has mounted.
mount_machine() {
    local there=$1 device
    mount -t proc proc "$there/proc"
    mount -t sysfs -o ro sysfs "$there/sys"
    mount -t tmpfs -o mode=755 dev "$there/dev"
    for device in null zero full random urandom tty kvm; do
        [[ -e /dev/$device ]] || continue
        : >"$there/dev/$device"
        mount --bind "/dev/$device" "$there/dev/$device"
    done
    mkdir "$there"/dev/{pts,shm}
    mount -t devpts -o newinstance,ptmxmode=0666,mode=620,gid=5 devpts "$there/dev/pts"
    mount -t tmpfs -o mode=1777 shm "$there/dev/shm"
    ln -s pts/ptmx "$there/dev/ptmx"
    ln -s /proc/self/fd "$there/dev/fd"
    ln -s /proc/self/fd/0 "$there/dev/stdin"
    ln -s /proc/self/fd/1 "$there/dev/stdout"
    ln -s /proc/self/fd/2 "$there/dev/stderr"
    mount --bind "$dotnet" "$there/usr/share/dotnet"
    mount -o remount,bind,ro "$there/usr/share/dotnet"
}

# on DIRECTORY ACCOUNT COMMAND...: runs it there, with nothing of this machine's
# environment but the way to the network and to NuGet, and what the tests do with tables.
on() {
    local there=$1 account=$2 home=/root path=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
    local environment=()
    shift 2
    if [[ $account != root ]]; then
        home=/home/$account path=/usr/local/bin:/usr/bin:/bin
    fi
    mapfile -t environment < <(env | grep -E '^(NUGET_[A-Z_]+|KLP_UPDATE_TABLES|(https?|no|HTTPS?|NO)_(proxy|PROXY))=' || true)
    if [[ -d $there/var/cache/kernels ]]; then environment+=(XDG_CACHE_HOME=/var/cache/kernels); fi
    chroot "$there" runuser -u "$account" -- env -i "${environment[@]}" \
        HOME="$home" USER="$account" LOGNAME="$account" SHELL=/bin/bash PATH="$path" TERM=dumb "$@"
}

# apt_setting NAME: a setting of this machine's apt, which does not care for capitals.
apt_setting() { apt-config dump | sed -nE "s/^$1 \"(.+)\";/\\1/Ip"; }

# What https trusts on this machine: where apt does not say, the package ca-certificates.
trusted=/etc/ssl/certs/ca-certificates.crt

# The archive's suites, and what this machine's apt needs to reach it.
configure_apt() {
    local label uri keyring suites file network=$base/etc/apt/apt.conf.d/99network
    while IFS=$'\t' read -r label uri keyring; do
        suites="$release $release-updates"
        if [[ $label == Debian-Security ]]; then suites=$release-security; fi
        printf 'Types: deb\nURIs: %s\nSuites: %s\nComponents: main\nSigned-By: %s\n\n' \
            "$uri" "$suites" /usr/share/keyrings/debian-archive-keyring.gpg
    done <<<"$archives" >"$base/etc/apt/sources.list.d/debian.sources"
    rm -f "$base/etc/apt/sources.list"
    apt-config dump | grep -iE '^Acquire::(https?|Retries|Check-[A-Za-z-]+)\b' >"$network" || true
    # Certificates and keys are where they are here.
    while read -r file; do
        [[ -e $file ]] || die "apt's configuration names $file for https, which does not exist"
        cp -L --parents "$file" "$base"
    done < <(sed -nE 's/^Acquire::https::(.*::)?(CAInfo|SslCert|SslKey|CrlFile|IssuerCert) "(.+)";/\3/Ip' "$network")
    # A bare machine trusts nobody, and later those that Debian does; the archive may be another's.
    if [[ $archives == *$'\t'https:* && -z $(apt_setting Acquire::https::CAInfo) ]]; then
        cp -L "$trusted" "$base/etc/apt/trusted-by-https.crt"
        echo 'Acquire::https::CAInfo "/etc/apt/trusted-by-https.crt";' >>"$network"
    fi
}

# debootstrap downloads with wget, which is to go the way that apt does.
configure_wget() {
    local authorities
    http_proxy=${http_proxy:-$(apt_setting Acquire::http::Proxy)}
    https_proxy=${https_proxy:-$(apt_setting Acquire::https::Proxy)}
    https_proxy=${https_proxy:-$http_proxy}
    # What apt calls no proxy.
    [[ $http_proxy != DIRECT ]] || http_proxy=''
    [[ $https_proxy != DIRECT ]] || https_proxy=''
    export http_proxy https_proxy
    authorities=$(apt_setting Acquire::https::CAInfo)
    if [[ -n $authorities ]]; then
        echo "ca_certificate = $authorities" >"$folder/wgetrc"
        export WGETRC=$folder/wgetrc
    fi
}

make_base() {
    local label uri keyring icu file
    IFS=$'\t' read -r label uri keyring <<<"$archives"
    configure_wget
    log "making a bare Debian $release; log: $logs/$release-debootstrap.log"
    debootstrap --variant=minbase ${keyring:+--keyring="$keyring"} "$release" "$base" "$uri" >"$logs/$release-debootstrap.log" 2>&1 || {
        tail -n 5 "$logs/$release-debootstrap.log" >&2
        die "debootstrap could not make $release"
    }
    cp /etc/hosts /etc/resolv.conf /etc/hostname "$base/etc/"
    configure_apt
    mkdir -p "$base/usr/share/dotnet" "$base/usr/local/share/ca-certificates"
    for file in /usr/local/share/ca-certificates/*.crt; do
        if [[ -e $file ]]; then cp "$file" "$base/usr/local/share/ca-certificates/"; fi
    done
    ln -s ../share/dotnet/dotnet "$base/usr/bin/dotnet"
    mount_machine "$base"
    log "installing what .NET depends on"
    {
        on "$base" root apt-get --quiet=2 update
        # Its name has the version.
        icu=$(on "$base" root apt-cache pkgnames libicu | grep -xE 'libicu[0-9]+' | sort -V | tail -n 1)
        on "$base" root env DEBIAN_FRONTEND=noninteractive apt-get --quiet=2 install --yes --no-install-recommends \
            ca-certificates libc6 libgcc-s1 libgssapi-krb5-2 "$icu" libssl3 libstdc++6 tzdata zlib1g
    } >>"$logs/$release-debootstrap.log" 2>&1 || {
        tail -n 5 "$logs/$release-debootstrap.log" >&2
        die "the machine could not install what .NET depends on"
    }
}

# Adds the account, its NuGet configuration and the clone to the machine.
prepare() {
    local account=$1 home=$machine/root
    if [[ $account != root ]]; then
        home=$machine/home/$account
        log "installing sudo for the user"
        on "$machine" root env DEBIAN_FRONTEND=noninteractive apt-get --quiet=2 install --yes --no-install-recommends sudo \
            >>"$logs/$release-debootstrap.log" 2>&1 || die "the machine could not install sudo; see $logs/$release-debootstrap.log"
        on "$machine" root useradd --create-home --shell /bin/bash "$account"
        echo "$account ALL=(ALL) NOPASSWD: ALL" >"$machine/etc/sudoers.d/$account"
    fi
    if [[ -d ${HOME:-}/.nuget/NuGet ]]; then
        mkdir -p "$home/.nuget"
        cp -a "$HOME/.nuget/NuGet" "$home/.nuget/"
    fi
    if [[ -d /etc/opt/NuGet ]]; then
        mkdir -p "$machine/etc/opt"
        cp -a /etc/opt/NuGet "$machine/etc/opt/"
    fi
    git clone --quiet --no-hardlinks "$root" "$home/klp-sdk"
    git -C "$home/klp-sdk" -c advice.detachedHead=false checkout --quiet "$commit"
    on "$machine" root chown -R "$account:" "${home#"$machine"}"
}

# The lines that build.sh prints at its end, which are indented.
next_lines() { sed -n '/^Next/,$ s/^    //p' "$1"; }

# run_command ACCOUNT NAME: one of the README's commands, to its log.
run_command() {
    local account=$1 name=$2 start=$SECONDS log_file status=0
    log_file=$logs/$release-$account-$name.log
    log "== $release, $account: ./$name.sh; log: $log_file"
    on "$machine" "$account" bash -c "cd ~/klp-sdk && exec ./$name.sh" 2>&1 </dev/null | tee "$log_file" || status=$?
    if [[ $name == build ]] && ((status == 0)); then
        # As somebody types them, in an empty folder.
        next_lines "$log_file" >"$machine/tmp/next"
        log "== $release, $account: the next lines"
        if [[ -s $machine/tmp/next ]]; then
            on "$machine" "$account" bash -c 'mkdir ~/empty && cd ~/empty && bash -ex /tmp/next' 2>&1 </dev/null | tee -a "$log_file" || status=$?
        else
            log "error: build.sh printed no next lines"
            status=1
        fi
    fi
    local there
    for there in "$machine"/{root,home/"$account"}/klp-sdk; do
        if [[ -d $there/artifacts/test-results ]]; then
            cp -rT "$there/artifacts/test-results" "$logs/$release-$account-test-results"
        fi
        if [[ -d $there && -n ${KLP_UPDATE_TABLES:-} ]]; then
            git -C "$there" -c safe.directory='*' diff -- docs >"$logs/$release-$account-tables.patch"
        fi
    done
    printf '%s, %s, %s.sh: %s after %d:%02d%s\n' "$release" "$account" "$name" "$( ((status == 0)) && echo passed || echo FAILED)" \
        $(((SECONDS - start) / 60)) $(((SECONDS - start) % 60)) "$([[ $name != test ]] || sed -nE '$ s/^/: /p' "$log_file")" >>"$logs/results"
    ((status == 0))
}

run_account() {
    local account=$1 name failed=0
    mount_machine "$machine"
    prepare "$account"
    if [[ -n $kernels ]]; then
        mkdir -p "$machine/var/cache/kernels"
        mount --bind "$kernels" "$machine/var/cache/kernels"
        # The last run may have been the other account's.
        on "$machine" root chown -R "$account:" /var/cache/kernels
    fi
    for name in $commands; do
        run_command "$account" "$name" || failed=1
    done
    return "$failed"
}

if [[ ${1:-} == inside ]]; then
    # Set by the script outside.
    : "${release:?}" "${commands:?}" "${archives:?}" "${dotnet:?}" "${commit:?}" "${kernels?}"
    "${@:2}"
    exit
fi

# --- outside ------------------------------------------------------------------

usage="usage: fresh-machine.sh [--as root|user] [--kernels FOLDER] RELEASE [build|test]"
accounts="root $user" kernels=''
while [[ ${1:-} == --* ]]; do
    (($# >= 2)) || die "$usage"
    case $1=$2 in
    --as=root) accounts=root ;;
    --as=user) accounts=$user ;;
    --kernels=?*) kernels=$(realpath -m "$2") ;;
    *) die "$usage" ;;
    esac
    shift 2
done
release=${1:-} commands=${2:-build test}
[[ $release =~ ^[a-z]+$ && $# -le 2 && " build test " == *" $commands "* ]] || die "$usage"

(($(id -u) == 0)) || die "a machine is made by root, who may mount: sudo $0 $*"
command -v debootstrap >/dev/null || die "debootstrap, which makes the machine, was not found. Install it with: apt-get install debootstrap"
command -v git >/dev/null || die "git, which clones the working tree, was not found. Install it with: apt-get install git"
command -v dotnet >/dev/null || die "the .NET SDK is not on the PATH"
# Not beside the command, which may be a script.
dotnet=$(dotnet --list-sdks | sed -nE 's|^.* \[(.*)/sdk\]$|\1|p' | tail -n 1)
[[ -x $dotnet/dotnet ]] || die "the dotnet on the PATH has no SDK"
commit=$(git -C "$root" rev-parse HEAD)
[[ -z $(git -C "$root" status --porcelain) ]] || log "note: what is not committed is not tried"

mkdir -p "$logs"
exec 9>"$folder/.lock"
flock --wait 10 9 || die "another run is at work in $folder"

child=''
# Ends the first process of the namespaces, and with it, by the kernel, all others.
stop() {
    [[ -n $child ]] || return 0
    kill -KILL "$child" 2>/dev/null || true
    wait "$child" 2>/dev/null || true
    child=''
}

# The machines have no mounts in this namespace, or it is not for us to remove them.
remove_machines() {
    local target attempt
    while read -r _ _ _ _ target _; do
        printf -v target '%b' "$target"
        [[ $target/ != "$folder"/* ]] || die "$target is mounted; nothing is removed. Unmount it"
    done </proc/self/mountinfo
    # Processes that are being killed may still write.
    for attempt in {1..50}; do
        if rm -rf --one-file-system "$base" "$machine" 2>/dev/null; then return; fi
        sleep 0.2
    done
    rm -rf --one-file-system "$base" "$machine" || die "$folder could not be removed"
}

finish() {
    # A second signal must not stop the cleaning up.
    trap '' INT TERM HUP
    stop
    remove_machines
}
trap 'log "interrupted"; exit 130' INT
trap 'log "terminated"; exit 143' TERM
trap 'exit 129' HUP

# in_namespaces COMMAND...: a function of this script inside. A job in the background
# ignores SIGINT, and what it starts would too; a wait is interrupted by signals.
in_namespaces() {
    local status=0
    env --default-signal=INT,QUIT setpriv --pdeathsig KILL setsid \
        unshare --mount --propagation private --pid --fork --kill-child \
        "${BASH_SOURCE[0]}" inside "$@" </dev/null &
    child=$!
    wait "$child" || status=$?
    child=''
    return "$status"
}

# What a killed run left.
remove_machines
trap finish EXIT

rm -rf "$logs/$release-"* "$logs/results"
archives=$(
    export XDG_CACHE_HOME=$folder/cache
    for label in Debian Debian-Security; do
        "$root/eng/linux-source.sh" archives "$label" | sed -n "s/^http/$label\t&/p" | head -n 1
    done
)
[[ $archives == Debian$'\t'* ]] || die "no archive of Debian that debootstrap can use (http or https) is among this machine's apt sources"
if [[ $archives == *$'\t'https:* ]]; then
    [[ -e $trusted || -n $(apt_setting Acquire::https::CAInfo) ]] ||
        die "Debian's archive is reached by https, and this machine has no $trusted to know it by. Install ca-certificates, or name an archive by http"
fi
if [[ -n $kernels ]]; then
    kernels=$kernels/$release
    mkdir -p "$kernels"
fi
export release commands archives dotnet commit kernels

in_namespaces make_base
failed=0
for account in $accounts; do
    cp -a --one-file-system "$base" "$machine"
    in_namespaces run_account "$account" || failed=1
    rm -rf --one-file-system "$machine"
done
log "all done in $(elapsed); logs: $logs"
cat "$logs/results"
exit "$failed"
