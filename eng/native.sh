#!/usr/bin/env bash
# Compiles klp ahead for this machine: one file that needs no .NET,
#   artifacts/native/klp
# and in an archive beside the packages, with the notices of what it is made of,
#   artifacts/packages/klp-VERSION-linux-ARCHITECTURE.tar.gz
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
cd "$root"

case $(uname -m) in
x86_64) runtime=linux-x64 ;;
aarch64) runtime=linux-arm64 ;;
*) die "klp is compiled ahead for x86_64 and aarch64 only, not for $(uname -m); the .NET tool runs here" ;;
esac

native=$root/artifacts/native
dotnet publish src/Klp.Tool -c Release -r "$runtime" -p:PublishAot=true -p:DebugType=none -p:StripSymbols=true -o "$native" --nologo
rm -f "$native"/*.dbg "$native"/*.pdb
version=$("$native/klp" --version)
version=${version%%+*}
cp LICENSE THIRD-PARTY-NOTICES.txt "$native/"
mkdir -p artifacts/packages
tar -czf "artifacts/packages/klp-$version-$runtime.tar.gz" -C "$native" --transform "s,^\.,klp-$version," --owner=0 --group=0 ./klp ./LICENSE ./THIRD-PARTY-NOTICES.txt
log "klp $version for $runtime: $(stat -c %s "$native/klp" | numfmt --to=iec)B"
