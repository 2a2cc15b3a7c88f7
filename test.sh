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
projects=()
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

# run PROJECT [ARGUMENT...]: what it prints stays together, and its exit status is left for count.
run() {
    local project=$1 name status=0 start=$SECONDS
    name=$(basename "$1")
    shift
    log "testing $name"
    dotnet test "$project" -c Release --no-build --nologo --results-directory "$results" \
        --logger "trx;LogFileName=$name.trx" --logger "console;verbosity=minimal" "$@" </dev/null >"$results/$name.log" 2>&1 || status=$?
    echo "$status $#" >"$results/$name.status"
    flock "$results" cat "$results/$name.log"
    log "tested $name: $((SECONDS - start)) s"
}

# run_all ARGUMENT...: all projects, two at a time, as one that boots guests leaves a
# processor idle. Those that take longest come first, so that none of them is alone at the end.
run_all() {
    local longest=(tests/Klp.{Boot,Sdk,TestAdapter,Tool}.Tests) project at_once=2
    # Two projects write tables of one document.
    [[ ${KLP_UPDATE_TABLES:-} != 1 ]] || at_once=1
    projects=("${longest[@]}")
    for project in tests/*/*.csproj; do
        project=$(dirname "$project")
        [[ " ${longest[*]} " == *" $project "* ]] || projects+=("$project")
    done
    # Unlike jobs of this shell, those of xargs end at Ctrl-C.
    export results root
    # The command that is compiled ahead; of the portable one, as a package, are tests as well.
    export KLP_COMMAND=$root/artifacts/native/klp
    # Counts how code is used, for processes that run for long; those of tests do not.
    export DOTNET_TieredPGO=0
    export -f run log
    printf '%s\n' "${projects[@]}" | xargs -P "$at_once" -I '{}' bash -c 'set -euo pipefail; run "$@"' run '{}' "$@" || true
}

# What is tested and the kernels to test it on, at once: neither keeps all processors busy.
# As jobs of xargs they end at Ctrl-C.
build_all() {
    export root
    export -f log stage get_test_kernels build_sdk
    printf '%s\n' build_sdk get_test_kernels | xargs -P 2 -I '{}' bash -c 'set -euo pipefail; {}'
}

build_sdk() {
    stage "building Klp.Sdk" dotnet build Klp.Sdk.sln -c Release
    stage "compiling klp ahead" eng/native.sh
}

# count PROJECT: adds its results to those of all.
count() {
    local name status=none arguments=0 total executed='' good names
    name=$(basename "$1")
    local file=$results/$name.trx
    if [[ -e $results/$name.status ]]; then read -r status arguments <"$results/$name.status"; fi

    if [[ -e $file ]]; then
        total=$(counter "$file" total) executed=$(counter "$file" executed) good=$(counter "$file" passed)
        passed=$((passed + good))
        failed=$((failed + executed - good))
        skipped=$((skipped + total - executed))
        mapfile -t names < <(failed_tests "$file")
        failures+=("${names[@]/#/$name: }")
        # With arguments, a filter may leave nothing of this project.
        if ((executed > good)); then return; fi
        if [[ $status == 0 ]] && ((total > 0 || arguments > 0)); then return; fi
    elif [[ $status == 0 ]] && ((arguments > 0)); then
        return
    fi
    # A run that crashed, or found no test at all.
    failed=$((failed + 1))
    failures+=("$name: the run itself (exit status $status, ${executed:-no} tests run)")
}

# The rooms below kbuild, what reads the tools' words, and the plan of the house.
run_fast() {
    local without_kernel='Needs!=kernel' project
    projects=(tests/Klp.{Elf,DebugInfo,Livepatch,Patching}.Tests)
    for project in "${projects[@]}"; do run "$project" --filter "$without_kernel" "$@"; done
    run tests/Klp.Sdk.Tests --filter "FullyQualifiedName~Klp.Sdk.Tests.Kbuild.&$without_kernel" "$@"
    run tests/Klp.Layers.Tests "$@"
    projects+=(tests/Klp.{Sdk,Layers}.Tests)
}

rm -rf "$results"
mkdir -p "$results"
if [[ ${1:-} == --fast ]]; then
    shift
    "$root/eng/packages.sh" tests
    stage "building Klp.Sdk" dotnet build Klp.Sdk.sln -c Release
    run_fast "$@"
else
    stage "set-up" set_up tests
    stage "building Klp.Sdk and kernels" build_all
    hold_test_kernels
    run_all "$@"
fi
for project in "${projects[@]}"; do count "$project"; done

log "all done in $(elapsed)"
for failure in "${failures[@]}"; do log "FAILED $failure"; done
if ((passed + failed == 0)); then log "error: no test ran"; fi
counts="$passed passed, $failed failed"
if ((skipped > 0)); then counts+=", $skipped skipped"; fi
echo "$counts"
((failed == 0 && passed > 0))
