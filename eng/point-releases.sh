#!/usr/bin/env bash
# point-releases.sh [ARGUMENT...]
#
# Makes a livepatch of each file that differs between two point releases of a
# kernel, forward and back, boots those that are made, and writes
# docs/point-releases.md: what became of each. Takes hours on 2 cores, most of them
# for headers that hundreds of units read (KLP_CORPUS_UNITS=50 leaves those out, and
# takes ten minutes), and is not part of test.sh, which takes ten of them.
# Arguments go to `dotnet test`.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
cd "$root"

stage "set-up" set_up
"$root/eng/packages.sh" tests
"$root/eng/demo-kernel.sh" previous-kernel
hold previous-kernel 5
"$root/eng/demo-kernel.sh" older-kernel
hold older-kernel 3
stage "building Klp.Sdk" dotnet build Klp.Sdk.sln -c Release
KLP_CORPUS=${KLP_CORPUS:-all} KLP_CORPUS_UNITS=${KLP_CORPUS_UNITS:-all} KLP_UPDATE_TABLES=1 dotnet test tests/Klp.Boot.Tests -c Release --no-build --nologo \
    --logger "console;verbosity=detailed" --filter FullyQualifiedName~PointReleaseTests "$@"
