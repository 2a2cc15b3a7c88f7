#!/bin/sh
# run.sh CASE KERNEL-BUILD-DIRECTORY|'' [MAKE-ARGUMENT...]
#
# Builds /cases/CASE as in a stage of Klp.Sdk: the sources are in /project, to which
# /stage/s0 links, and each has a wrapper in /stage/c. Prints a line with the case,
# make's exit code and what the module leaves open (undefined, and in no
# Module.symvers), then what came on stderr. Runs in the root of a release of Debian:
# see eng/tool-output.sh. Besides sources a case can have files with options of the
# compiler, lines for the makefile and arguments of make.
set -eu
case=$1 build=$2
shift 2

rm -rf /stage /project
mkdir -p /stage/c /project
cp "/cases/$case"/* /project
ln -s /project /stage/s0
cd /stage
for source in /project/*.c; do echo "#include \"../s0/${source##*/}\"" >"c/${source##*/}"; done

# A line is an argument of make.
if [ -e /project/make ]; then
    while IFS= read -r argument; do set -- "$@" "$argument"; done </project/make
fi

export PATH=/usr/bin:/usr/sbin LANG=C LC_ALL=C
exit=0
if [ -n "$build" ]; then
    {
        echo "obj-m := mod.o"
        echo "mod-y := $(ls c/*.c | sed 's/c$/o/' | tr '\n' ' ')"
        echo "ccflags-y := $(cat /project/options 2>/dev/null || true)"
        cat /project/kbuild 2>/dev/null || true
    } >Kbuild
    make -O --no-print-directory -C "$build" M=/stage MO=/stage KBUILD_MODPOST_WARN=1 "$@" modules >/tmp/out 2>/tmp/err || exit=$?
else
    cp /cases/Makefile .
    make -O --no-print-directory OPTIONS="-O2 -Wall $(cat /project/options 2>/dev/null || true)" "$@" >/tmp/out 2>/tmp/err || exit=$?
fi

open=
if [ -n "$build" ] && [ -e mod.o ]; then
    nm -u mod.o | sed 's/^ *[Uvw] //' | sort >/tmp/undefined
    cut -f 2 "$build/Module.symvers" | sort >/tmp/exported
    open=$(comm -23 /tmp/undefined /tmp/exported | grep -vx __this_module | tr '\n' ' ' || true)
fi
echo "== $case, exit $exit, open: $open" | sed 's/ *$//'
# The name of the compiler's temporary file is another each time.
sed 's,/tmp/cc[A-Za-z0-9]\{6\}\.,/tmp/ccXXXXXX.,' /tmp/err
