#!/usr/bin/env bash
# Sets the machine up and runs all tests; the last line is the counts.
# Arguments go to `dotnet test`, e.g. --filter Name~Converts.
#
# ./test.sh --fast runs those that need neither a kernel nor QEMU, in less than a
# minute: a class that does has the trait Needs=kernel.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=eng/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/eng/lib.sh"
cd "$root"

results=$root/artifacts/test-results
passed=0 failed=0 skipped=0
failures=()

# counter FILE NAME: that attribute of a result file's <Counters>.
counter() { sed -nE "s/.*<Counters .*\b$2=\"([0-9]+)\".*/\1/p" "$1"; }

failed_tests() {
    # One element a line, whatever the file's own layout is.
    tr '\n' ' ' <"$1" | sed 's/<UnitTestResult /\n&/g' |
        sed -nE '/^<UnitTestResult [^>]*outcome="(Failed|Error|Timeout|Aborted)"/s/^[^>]* testName="([^"]*)".*/\1/p' |
        sed 's/&lt;/</g; s/&gt;/>/g; s/&quot;/"/g; s/&#x[AD];/ /g; s/&amp;/\&/g'
}

# run PROJECT [ARGUMENT...]
run() {
    local project=$1 name status=0 total executed='' good names
    shift
    name=$(basename "$project" .csproj)
    local file=$results/$name.trx
    log "testing $name"
    dotnet test "$project" -c Release --no-build --nologo --results-directory "$results" \
        --logger "trx;LogFileName=$name.trx" --logger "console;verbosity=minimal" "$@" || status=$?

    if [[ -e $file ]]; then
        total=$(counter "$file" total) executed=$(counter "$file" executed) good=$(counter "$file" passed)
        passed=$((passed + good))
        failed=$((failed + executed - good))
        skipped=$((skipped + total - executed))
        mapfile -t names < <(failed_tests "$file")
        failures+=("${names[@]/#/$name: }")
        # With arguments, a filter may leave nothing of this project.
        if ((executed > good || (status == 0 && (total > 0 || $# > 0)))); then return; fi
    elif ((status == 0 && $# > 0)); then
        return
    fi
    # A run that crashed, or found no test at all.
    failed=$((failed + 1))
    failures+=("$name: the run itself (exit status $status, ${executed:-no} tests run)")
}

# The rooms below kbuild, what reads the tools' words, and the plan of the house.
fast_tests() {
    local without_kernel='Needs!=kernel'
    run tests/Klp.Elf.Tests --filter "$without_kernel" "$@"
    run tests/Klp.DebugInfo.Tests --filter "$without_kernel" "$@"
    run tests/Klp.Livepatch.Tests --filter "$without_kernel" "$@"
    run tests/Klp.Patching.Tests --filter "$without_kernel" "$@"
    run tests/Klp.Sdk.Tests --filter "FullyQualifiedName~Klp.Sdk.Tests.Kbuild.&$without_kernel" "$@"
    run tests/Klp.Layers.Tests "$@"
}

rm -rf "$results"
if [[ ${1:-} == --fast ]]; then
    shift
    "$root/eng/packages.sh" tests
    stage "building Klp.Sdk" dotnet build Klp.Sdk.sln -c Release
    fast_tests "$@"
else
    stage "set-up" set_up tests
    stage "building Klp.Sdk" dotnet build Klp.Sdk.sln -c Release
    for project in tests/*/*.csproj; do
        if [[ -e $project ]]; then run "$project" "$@"; fi
    done
fi

log "all done in $(elapsed)"
for failure in "${failures[@]}"; do log "FAILED $failure"; done
if ((passed + failed == 0)); then log "error: no test ran"; fi
counts="$passed passed, $failed failed"
if ((skipped > 0)); then counts+=", $skipped skipped"; fi
echo "$counts"
((failed == 0 && passed > 0))
