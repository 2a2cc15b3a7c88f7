#!/usr/bin/env bash
# From a fresh clone to a livepatched kernel: sets the machine up, builds and
# packs Klp.Sdk, builds the sample livepatch and boots it in QEMU, and builds one
# from a patch of the kernel.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=eng/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/eng/lib.sh"
cd "$root"

sample=livepatch-meminfo

boot() {
    local release
    release=$(<"$KLP_KERNEL_TREE/include/config/kernel.release")
    dotnet run --project src/Klp.Tool -c Release --no-build -- \
        boot --kernel "$KLP_KERNEL_TREE" --show /proc/meminfo "samples/$sample/bin/Debug/$release/$sample.ko"
}

# What to do next, to be copied as it is.
next_steps() {
    local packages=$root/artifacts/packages templates
    templates=$(find "$packages" -name 'Klp.Templates.*.nupkg' -printf '%T@ %p\n' | sort -n | tail -n 1 | cut -d ' ' -f 2-)
    printf '\nNext, in an empty folder, a livepatch of your own:\n\n'
    printf '    dotnet new install --force %q\n' "$templates"
    printf '    dotnet new klp-livepatch --name my-fix --kernel-tree %q --package-source %q\n' "$KLP_KERNEL_TREE" "$packages"
    printf '    dotnet build my-fix\n\n'
    printf '"dotnet test my-fix" boots it; docs/getting-started.md goes on from there,\n'
    printf 'and says how a patch of the kernel becomes a livepatch.\n'
}

stage "set-up" set_up
stage "building Klp.Sdk" dotnet build Klp.Sdk.sln -c Release
stage "packing Klp.Sdk into artifacts/packages" dotnet pack src/Klp.Sdk -c Release -o artifacts/packages
stage "packing the templates into artifacts/packages" dotnet pack src/Klp.Templates -c Release -o artifacts/packages
stage "packing klp into artifacts/packages" dotnet pack src/Klp.Tool -c Release -o artifacts/packages
stage "compiling klp ahead, for a machine without .NET" eng/native.sh
stage "building samples/$sample" dotnet build "samples/$sample"
stage "booting it" boot
stage "building samples/livepatch-patch, a patch of the kernel" dotnet build samples/livepatch-patch
log "all done in $(elapsed)"
next_steps
