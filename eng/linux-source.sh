#!/usr/bin/env bash
# Debian's newest kernel sources, from the backports of Debian stable.
#
#   linux-source.sh series               prints "PACKAGE VERSION..." of each series, the newest
#                                        first, with the versions that the archive has of it,
#                                        the newest first: "linux-source-7.2 7.2.12-1 7.2.11-1"
#   linux-source.sh fetch PACKAGE VERSION FILE   downloads that package to FILE
#   linux-source.sh sources              prints the path of a file that names the suite for apt
#   linux-source.sh archives LABEL   prints "URI<tab>KEYRING" of each archive of Debian's among the
#                          machine's apt sources with that label, Debian or Debian-Security
#
# The machine may be another release of Debian and need not have backports in
# its sources. So apt runs on a state of its own in the cache folder, with that
# one suite: nothing of the system changes, and no pin or priority of the
# system decides. The archive and its keyring come from the machine's apt
# configuration; signatures are checked as always.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# The suite is asked for its codename by this name: see update.
alias=stable-backports
cache=$(cache_folder)
state=$cache/apt
own_tree_hint="To use a kernel tree of your own, set KLP_KERNEL_TREE to its build directory."

write_configuration() {
    mkdir -p "$state"/{suite,suite-lists/partial,machine-lists/partial}
    # Nothing competes with the suite, whatever the machine prefers. When Debian
    # releases, "stable" becomes another codename; that is welcome.
    write_apt_configuration "$state" 'APT::Default-Release "";' 'Acquire::AllowReleaseInfoChange "true";' \
        'Dir::Etc::Preferences "/dev/null";' 'Dir::Etc::PreferencesParts "/dev/null";'
}

# apt with the suite's state / with the machine's sources, but a state of ours.
suite_apt() {
    local tool=$1
    shift
    APT_CONFIG=$state/apt.conf "$tool" -o Dir::Etc::SourceList=/dev/null \
        -o Dir::Etc::SourceParts="$state/suite" -o Dir::State::Lists="$state/suite-lists" "$@"
}
machine_apt() {
    local tool=$1
    shift
    APT_CONFIG=$state/apt.conf "$tool" -o APT::Default-Release= -o Dir::State::Lists="$state/machine-lists" "$@"
}

# "URI<tab>FILE:ENTRY" of each Debian archive with the label among the machine's
# sources. apt learns who an archive is from the lists it has downloaded.
archives() {
    # shellcheck disable=SC2016 # apt's variables, not the shell's
    local label=$1 format='$(ORIGIN)|$(LABEL)|$(REPO_URI)|$(SOURCESENTRY)' found
    found=$(apt-get indextargets --format "$format" | grep "^Debian|$label|" || true)
    if [[ -z $found ]]; then
        # An image often comes without lists. Non-root too can download them
        # to a folder of its own.
        machine_apt apt-get -qq update >&2 || true
        found=$(machine_apt apt-get indextargets --format "$format" | grep "^Debian|$label|" || true)
    fi
    awk -F '|' '$3 != "" && !seen[$3]++ { print $3 "\t" $4 }' <<<"$found"
}

# signed_by URI FILE ENTRY: the entry's Signed-By, as the value of that field:
# paths, fingerprints, or a whole key on continuation lines; empty if it has
# none. ENTRY is a line number in a one-line file. In a deb822 file it counts
# stanzas in apt's own way, so there the URI finds the stanza.
signed_by() {
    local uri=$1 file=$2 entry=$3
    case $file in
    *.sources)
        awk -v uri="$uri" '
            function slash(u) { return u ~ /\/$/ ? u : u "/" }
            function stanza(   i, n, u) {
                n = split(uris, u, " ")
                for (i = 1; i <= n; i++)
                    if (!done && slash(u[i]) == slash(uri)) { print signed; done = 1 }
                field = uris = signed = ""
            }
            /^#/ { next }
            /^[ \t]*$/ { stanza(); next }
            /^[^ \t]/ { field = tolower($0); sub(/:.*/, "", field) }
            field == "uris" { line = $0; sub(/^[^ \t:]*:/, "", line); uris = uris " " line }
            field == "signed-by" && /^[^ \t]/ { line = $0; sub(/^[^:]*:[ \t]*/, "", line); signed = line; next }
            field == "signed-by" { signed = signed "\n" $0 }
            END { stanza() }' "$file"
        ;;
    *)
        sed -nE "${entry}s/^[ \t]*deb(-src)?[ \t]+\[[^]]*signed-by=([^] \t]+).*/\2/p" "$file"
        ;;
    esac
}

# The entry's keys; otherwise Debian's own keyring; otherwise, as an empty line,
# whatever this apt trusts.
keyring_of() {
    local uri=$1 entry=$2 keyring
    keyring=$(signed_by "$uri" "${entry%:*}" "${entry##*:}")
    if [[ -z $keyring && -e /usr/share/keyrings/debian-archive-keyring.gpg ]]; then
        keyring=/usr/share/keyrings/debian-archive-keyring.gpg
    fi
    echo "$keyring"
}

# write_source URI FILE:ENTRY SUITE
write_source() {
    local uri=$1 entry=$2 suite=$3 keyring
    keyring=$(keyring_of "$uri" "$entry")
    # A mirror list is a file; apt shows it with a slash that it does not have.
    [[ $uri != mirror* ]] || uri=${uri%/}
    {
        printf 'Types: deb\nURIs: %s\nSuites: %s\nComponents: main\n' "$uri" "$suite"
        printf 'Architectures: %s\n' "$(dpkg --print-architecture)"
        [[ -z $keyring ]] || printf 'Signed-By: %s\n' "$keyring"
    } >"$state/suite/backports.sources"
}

update() {
    mkdir -p "$state"
    exec 9>"$state/.lock"
    flock 9
    command -v apt-get >/dev/null || die "Debian's kernel source is fetched with apt-get, which is not here. $own_tree_hint"
    write_configuration
    local found uri entry codename
    found=$(archives Debian)
    [[ -n $found ]] || die "no archive of Debian among the machine's apt sources, or it cannot be reached. $own_tree_hint"
    while IFS=$'\t' read -r uri entry; do
        write_source "$uri" "$entry" "$alias"
        # Errors only count from the last archive; another may have the suite.
        suite_apt apt-get -qq --error-on=any update >&2 || continue
        # An archive's alias can lag behind the suite that it stands for. Its
        # Release file names that one; an archive may have the alias alone.
        # shellcheck disable=SC2016 # apt's variable, not the shell's
        codename=$(suite_apt apt-get indextargets --format '$(CODENAME)' | head -n 1)
        if [[ -z $codename || $codename == "$alias" ]]; then return; fi
        write_source "$uri" "$entry" "$codename"
        if suite_apt apt-get -qq --error-on=any update >&2; then return; fi
        log "note: the archive has no suite $codename; going on with $alias"
        write_source "$uri" "$entry" "$alias"
        if suite_apt apt-get -qq --error-on=any update >&2; then return; fi
    done <<<"$found"
    die "the machine's Debian archive does not give us its suite $alias (see apt's message above). $own_tree_hint"
}

series() {
    update
    local package found=0
    while read -r package; do
        echo "$package $(suite_apt apt-cache show "$package" | sed -n 's/^Version: //p' | sort -uVr | paste -sd ' ')"
        found=1
    done < <(suite_apt apt-cache pkgnames linux-source- | grep -xE 'linux-source-[0-9.]+' | sort -Vr)
    ((found)) || die "Debian's $alias has no linux-source. $own_tree_hint"
}

fetch() {
    local package=$1 version=$2 file=$3 work=$state/download
    rm -rf "$work"
    mkdir -p "$work"
    (cd "$work" && suite_apt apt-get -q download "$package=$version" >&2) ||
        die "could not download $package $version"
    # Renamed only when apt has checked it: a FILE that exists is complete.
    mv "$work"/"$package"_*.deb "$file"
    rm -rf "$work"
}

list_archives() {
    local uri entry keyring
    write_configuration
    while IFS=$'\t' read -r uri entry; do
        [[ -n $uri ]] || continue
        keyring=$(keyring_of "$uri" "$entry")
        # A whole key is no file.
        [[ $keyring == /* ]] || keyring=''
        printf '%s\t%s\n' "$uri" "$keyring"
    done < <(archives "$1")
}

case ${1:-} in
series) series ;;
sources) update && echo "$state/suite/backports.sources" ;;
fetch) fetch "$2" "$3" "$4" ;;
archives) list_archives "$2" ;;
*) die "usage: linux-source.sh series | sources | fetch PACKAGE VERSION FILE | archives LABEL" ;;
esac
