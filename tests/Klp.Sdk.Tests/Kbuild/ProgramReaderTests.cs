using Klp.Kbuild.Output;
using Klp.Kernel.Diagnostics;

namespace Klp.Sdk.Tests.Kbuild;

/// <summary>
/// What dash, bash 5.2, busybox, mksh, zsh, GNU make 4.3, env and the loader of glibc said of programs that were not there or
/// could not run.
/// </summary>
public sealed class ProgramReaderTests
{
    [Theory]
    [InlineData("/bin/sh: 1: pahole: not found")]
    [InlineData("/src/linux/scripts/gen-btf.sh: 12: pahole: not found")]
    [InlineData("sh: line 1: pahole: command not found")]
    [InlineData("/src/linux/scripts/gen-btf.sh: line 80: pahole: command not found")]
    [InlineData("bash: pahole: command not found")]
    [InlineData("sh: pahole: not found")]
    [InlineData("/bin/sh: pahole: inaccessible or not found")]
    [InlineData("sh:1: command not found: pahole")]
    [InlineData("make[2]: pahole: No such file or directory")]
    [InlineData("make[2]: pahole: Command not found")]
    [InlineData("env: 'pahole': No such file or directory")]
    [InlineData("/usr/bin/env: ‘pahole’: No such file or directory")]
    [InlineData("env: can't execute 'pahole': No such file or directory")]
    public void A_missing_program_is_named_whatever_shell_says_it(string line) =>
        Assert.Equal(["error KLP0020: kbuild calls pahole, which was not found. Install it: " + PackageAdvice.Command("pahole", "apt")], Parse(line, Failed(127)));

    [Theory]
    [InlineData("openssl", "openssl")]
    [InlineData("python3", "python3")]
    [InlineData("perl", "perl")]
    [InlineData("bc", "bc")]
    [InlineData("zstd", "zstd")]
    [InlineData("xz", "xz-utils")]
    [InlineData("lz4", "lz4")]
    [InlineData("gawk", "gawk")]
    [InlineData("awk", "mawk")]
    [InlineData("objcopy", "binutils")]
    [InlineData("aarch64-linux-gnu-objcopy", "binutils-aarch64-linux-gnu")]
    [InlineData("x86_64-linux-gnu-gcc", "gcc-x86-64-linux-gnu")]
    [InlineData("clang-19", "clang-19")]
    [InlineData("ld.lld-19", "lld-19")]
    [InlineData("llvm-objcopy-19", "llvm-19")]
    [InlineData("llvm-nm", "llvm")]
    public void The_package_of_a_program_is_named(string program, string package) =>
        Assert.Equal([$"error KLP0020: kbuild calls {program}, which was not found. Install it: {PackageAdvice.Command(package, "apt")}"], Parse($"/bin/sh: 1: {program}: not found", Failed(127)));

    [Fact]
    public void A_program_that_we_do_not_know_is_named_too() =>
        Assert.Equal(["error KLP0020: kbuild calls frobnicate, which was not found. Install the package that it is in, and see to it that PATH leads to it."], Parse("/bin/sh: 1: frobnicate: not found", Failed(127)));

    [Theory]
    [InlineData("/bin/sh: 1: ./tools/bpf/resolve_btfids/resolve_btfids: not found", "./tools/bpf/resolve_btfids/resolve_btfids", "If it belongs to the kernel tree")]
    [InlineData("/bin/sh: line 1: ./tools/objtool/objtool: No such file or directory", "./tools/objtool/objtool", "If it belongs to the kernel tree")]
    [InlineData("/bin/sh: 1: /opt/dwarves/bin/pahole: not found", "/opt/dwarves/bin/pahole", "Install it: ")]
    [InlineData("/bin/sh: line 2: ./gen.pl: /usr/bin/perl: bad interpreter: No such file or directory", "/usr/bin/perl", "Install it: ")]
    public void A_missing_program_with_a_path_may_belong_to_the_tree(string line, string program, string advice)
    {
        string error = Assert.Single(Parse(line, Failed(127)));
        Assert.StartsWith($"error KLP0020: kbuild calls {program}, which does not exist. ", error, StringComparison.Ordinal);
        Assert.Contains(advice, error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/bin/sh: 1: /stage/there/modpost: not found", 127, "/stage/there/modpost, which is there and cannot run: its interpreter")]
    [InlineData("sh: line 1: /stage/there/modpost: cannot execute: required file not found", 127, "/stage/there/modpost, which is there and cannot run: its interpreter")]
    [InlineData("/bin/sh: 1: scripts/mod/modpost: Exec format error", 126, "scripts/mod/modpost, which was built for a machine of another architecture.")]
    [InlineData("sh: line 1: scripts/mod/modpost: cannot execute binary file: Exec format error", 126, "scripts/mod/modpost, which was built for a machine of another architecture.")]
    [InlineData("/bin/sh: 1: scripts/basic/fixdep: Permission denied", 126, "scripts/basic/fixdep, which may not be executed. Make it executable")]
    [InlineData("./tools/objtool/objtool: error while loading shared libraries: libelf.so.1: cannot open shared object file: No such file or directory", 127, "./tools/objtool/objtool, which cannot run: the library libelf.so.1 is missing (cannot open shared object file: No such file or directory). Install it: ")]
    [InlineData("scripts/mod/modpost: /lib/x86_64-linux-gnu/libc.so.6: version `GLIBC_2.38' not found (required by scripts/mod/modpost)", 1, "scripts/mod/modpost, which cannot run: it was built for another machine, whose libc.so.6 has GLIBC_2.38. Build on a machine of the release")]
    public void A_program_that_is_there_and_cannot_run_is_another_error(string line, int status, string expected) =>
        Assert.StartsWith($"error KLP0022: kbuild calls {expected}", Assert.Single(Parse(line, Failed(status))), StringComparison.Ordinal);

    [Fact]
    public void What_a_script_exits_with_does_not_matter_where_nothing_else_explains_it() =>
        Assert.Equal(["KLP0020"], Codes("x.sh: line 5: bc: command not found", Failed(2), "make[1]: *** [Makefile:260: all] Error 2"));

    [Fact]
    public void A_program_that_kbuild_does_without_is_no_error()
    {
        Assert.Empty(Parse("/bin/sh: 1: pahole: not found"));
        Assert.Equal(["KLP1001"], Codes("/bin/sh: 1: pahole: not found", "/stage/s0/a.c:1:2: error: wrong", Failed(1)));
        // It was of the target before.
        Assert.Equal(["KLP1001"], Codes("/bin/sh: 1: pahole: not found", "/stage/s0/a.c:1:2: error: wrong", Failed(1), Failed(127)));
    }

    [Fact]
    public void A_program_is_missing_once_however_many_objects_want_it() =>
        Assert.Equal(["KLP0020"], Codes("/bin/sh: 1: awk: not found", Failed(127), "/bin/sh: 1: awk: not found", Failed(127)));

    [Theory]
    [InlineData("grep: include/config/auto.conf: No such file or directory")]
    [InlineData("cat: modules.order: No such file or directory")]
    public void A_file_that_a_program_does_not_find_is_no_program(string line) => Assert.Empty(Parse(line, Failed(1)));

    private static string Failed(int status) => $"make[2]: *** [scripts/Makefile.modfinal:60: mod.ko] Error {status}";

    private static string[] Parse(params string[] lines) => [.. Read(lines).Select(diagnostic => diagnostic.ToString())];

    private static string[] Codes(params string[] lines) => [.. Read(lines).Select(diagnostic => diagnostic.Code)];

    private static IReadOnlyList<Diagnostic> Read(string[] lines) => KbuildOutputParser.Parse(lines, new FakeKbuildFiles(), new KbuildModule("/stage/mod.o", []), hasSucceeded: false);
}
