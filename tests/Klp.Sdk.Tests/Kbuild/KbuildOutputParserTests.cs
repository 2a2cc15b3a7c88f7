using Klp.Kbuild.Output;
using Klp.Kernel.Diagnostics;

namespace Klp.Sdk.Tests.Kbuild;

/// <summary>
/// The folder KbuildOutput has what kbuild wrote to stderr for small mistakes: gcc 12 and binutils 2.40 with Linux 7.2
/// for arm64 and 6.1 for x86-64; clang 14 by itself; clang and lld 16 as kbuild calls them with LLVM=-16 for the arm64 kernel. The stage was /stage, the sources /src/linux, the build directory /build.
/// </summary>
public sealed class KbuildOutputParserTests
{
    private readonly FakeKbuildFiles files = new();

    [Fact]
    public void Errors_and_warnings_of_gcc_have_place_option_and_notes() => Expect(
        "gcc-errors.txt",
        "/project/a.c(6,26): warning KLP1002: initialization of 'struct page *' from 'int' makes pointer from integer without a cast [-Wint-conversion]",
        "/project/a.c(7,16): error KLP1001: too many arguments to function 'twice'\n  note: declared here, at /project/a.c:2:12",
        "/project/a.c(7,30): error KLP1001: 'undeclared' undeclared (first use in this function)",
        "/project/a.c(6,22): warning KLP1002: unused variable 'p' [-Wunused-variable]",
        "/project/a.c(5,13): warning KLP1002: unused variable 'unused' [-Wunused-variable]",
        "/project/a.c(3,12): warning KLP1002: 'foo' defined but not used [-Wunused-function]");

    [Theory]
    [InlineData("gcc-in-header.txt")]
    [InlineData("linux-6.1-gcc-in-header.txt")]
    public void An_error_in_a_header_keeps_who_includes_it_but_not_the_wrapper(string output) => Expect(
        output,
        "/project/h2.h(1,38): error KLP1001: 'nowhere' undeclared (first use in this function)\n  included from /project/h1.h:1\n  included from /project/a.c:2");

    [Fact]
    public void A_fatal_error_is_an_error() => Expect(
        "gcc-missing-header.txt",
        "/project/a.c(2,10): error KLP1001: missing.h: No such file or directory");

    [Fact]
    public void What_goes_wrong_in_a_macro_of_the_kernel_is_in_the_users_line()
    {
        IReadOnlyList<Diagnostic> diagnostics = Parse("gcc-kernel-macro.txt");

        Assert.All(diagnostics, diagnostic => Assert.Equal("/project/a.c", diagnostic.Place!.File));
        Diagnostic first = diagnostics[0];
        Assert.Equal(new SourcePlace("/project/a.c", 4, 36), first.Place);
        Assert.Equal("'struct s' has no member named 'nope'\n  in a macro of /src/linux/include/linux/container_of.h:21:54", first.Message);
        Assert.Equal(3, diagnostics.Count(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error));
    }

    [Fact]
    public void An_unknown_option_is_an_error_in_the_source_it_was_used_for() => Expect(
        "gcc-option.txt",
        "/project/a.c: error KLP1001: aarch64-linux-gnu-gcc: unrecognized command-line option '-fnonsense'; did you mean '-fno-see'?");

    [Fact]
    public void A_warning_taken_for_an_error_is_one_error() => Expect(
        "gcc-werror.txt",
        "/project/a.c(6,13): error KLP1001: 'nobody' defined but not used [-Werror=unused-function]");

    [Fact]
    public void A_successful_build_can_have_warnings() => Expect(
        "gcc-warning.txt",
        "/project/a.c(6,13): warning KLP1002: 'nobody' defined but not used [-Wunused-function]",
        "warning KLP1006: missing MODULE_DESCRIPTION() in mod.o. Add MODULE_DESCRIPTION(\"...\"); to one of the sources.");

    [Fact]
    public void Clang_has_its_own_order_of_includes_and_words_for_macros() => Expect(
        "clang-errors.txt",
        "/project/h.h(2,38): error KLP1001: use of undeclared identifier 'nowhere'\n  included from /project/a.c:1",
        "/project/a.c(4,38): error KLP1001: no member named 'b' in 'struct s'\n  note: expanded from macro 'twice', at /project/h.h:1:20",
        "/project/a.c(4,43): warning KLP1002: implicit declaration of function 'g' is invalid in C99 [-Wimplicit-function-declaration]");

    [Fact]
    public void Clang_in_a_kernel_build_says_what_gcc_says() => Expect(
        "clang-16-errors.txt",
        "/project/a.h(2,54): error KLP1001: no member named 'missing' in 'struct s'\n  included from /project/b.h:1\n  included from /project/a.c:1",
        "/project/a.c(6,7): error KLP1001: incompatible pointer to integer conversion initializing 'long' with an expression of type 'int *' [-Wint-conversion]",
        "/project/a.c(7,7): error KLP1001: too many arguments to function call, expected single argument 'p', have 2 arguments\n  note: 'f' declared here, at /project/a.c:4:5",
        "/project/a.c(8,15): error KLP1001: use of undeclared identifier 'q'");

    [Fact]
    public void A_header_that_clang_does_not_find_is_an_error() => Expect(
        "clang-16-missing-header.txt",
        "/project/a.c(2,10): error KLP1001: 'missing.h' file not found");

    [Fact]
    public void A_warning_of_clang_taken_for_an_error_is_one_error() => Expect(
        "clang-16-werror.txt",
        "/project/a.c(6,9): error KLP1001: variable 'x' is uninitialized when used here [-Werror,-Wuninitialized]\n  note: initialize the variable 'x' to silence this warning, at /project/a.c:5:7");

    [Fact]
    public void An_option_unknown_to_clang_is_an_error_in_the_source_it_was_used_for() => Expect(
        "clang-16-option.txt",
        "/project/a.c: error KLP1001: clang: unknown argument: '-fnonsense'");

    [Fact]
    public void A_warning_unknown_to_clang_is_an_error_although_nobody_is_named() => Expect(
        "clang-16-warning-option.txt",
        "/project/a.c: error KLP1001: unknown warning option '-Wno-alloc-size-larger-than'; did you mean '-Wno-frame-larger-than'? [-Werror,-Wunknown-warning-option]",
        "/project/a.c: error KLP1001: unknown warning option '-Wimplicit-fallthrough=5'; did you mean '-Wimplicit-fallthrough'? [-Werror,-Wunknown-warning-option]",
        "/project/a.c: error KLP1001: unknown warning option '-Wno-format-truncation' [-Werror,-Wunknown-warning-option]",
        "/project/a.c: error KLP1001: unknown warning option '-Wno-maybe-uninitialized'; did you mean '-Wno-uninitialized'? [-Werror,-Wunknown-warning-option]");

    [Fact]
    public void Clangs_own_assembler_knows_the_line() => Expect(
        "clang-16-assembler.txt",
        "/project/a.c(4,6): error KLP1001: unrecognized instruction mnemonic\n  note: instantiated into assembly here, at <inline asm>:1:2");

    [Fact]
    public void What_goes_wrong_in_a_macro_of_the_kernel_is_in_the_users_line_with_clang_too()
    {
        IReadOnlyList<Diagnostic> diagnostics = Parse("clang-16-kernel-macro.txt");

        Assert.Equal(3, diagnostics.Count);
        Assert.All(diagnostics, diagnostic => Assert.Equal(("/project/a.c", 4), (diagnostic.Place!.File, diagnostic.Place.Line)));
        Assert.StartsWith("no member named 'nope' in 'struct s'\n  note: expanded from macro 'container_of', at /src/linux/include/linux/container_of.h:21:49\n", diagnostics[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Lld_names_both_definitions() => Expect(
        "lld-16-duplicate-symbol.txt",
        "/project/b.c(2): error KLP1003: duplicate symbol: both\n  note: defined, at /project/a.c:2\n  note: defined, at /project/b.c:2");

    [Fact]
    public void Objtool_at_times_names_the_function_alone()
    {
        files.Lines["/stage/c/a.o f+0"] = 5;

        Diagnostic diagnostic = Assert.Single(Parse(["/stage/c/a.o: warning: objtool: f() falls through to next function g()"]));

        Assert.Equal("/project/a.c(5): warning KLP1006: objtool: f() falls through to next function g()", diagnostic.ToString());
    }

    [Fact]
    public void The_assembler_on_arm64_knows_only_its_temporary_file() => Expect(
        "gas-arm64.txt",
        "/project/a.c: error KLP1003: unknown mnemonic `frobnicate' -- `frobnicate x0,x1'");

    [Fact]
    public void The_linkers_message_gets_lines_from_the_objects()
    {
        files.Lines["./c/b.o both+0"] = 2;
        files.Lines["./c/a.o both+0"] = 3;
        Expect("ld-multiple-definition.txt", "/project/b.c(2): error KLP1003: multiple definition of `both'; first defined in /project/a.c:3");
    }

    [Fact]
    public void The_linkers_own_line_is_second_choice() => Expect(
        "linux-6.1-ld-multiple-definition.txt",
        "/project/b.c(2): error KLP1003: multiple definition of `both'; first defined in /project/a.c");

    [Fact]
    public void A_missing_license_is_one_error() => Expect(
        "modpost-license.txt",
        "error KLP1004: missing MODULE_LICENSE() in mod.o. Add MODULE_LICENSE(\"GPL\"); to one of the sources.",
        "warning KLP1006: missing MODULE_DESCRIPTION() in mod.o. Add MODULE_DESCRIPTION(\"...\"); to one of the sources.");

    [Fact]
    public void A_symbol_for_gpl_modules_is_an_error() => Expect(
        "modpost-gpl.txt",
        "warning KLP1006: missing MODULE_DESCRIPTION() in mod.o. Add MODULE_DESCRIPTION(\"...\"); to one of the sources.",
        "error KLP1004: GPL-incompatible module mod.ko uses GPL-only symbol 'kobject_create_and_add'");

    [Fact]
    public void A_section_mismatch_that_the_kernel_refuses_is_an_error_in_its_line()
    {
        files.Lines["/stage/mod.o later+16"] = 4;
        Expect(
            "modpost-section-mismatch.txt",
            "warning KLP1006: missing MODULE_DESCRIPTION() in mod.o. Add MODULE_DESCRIPTION(\"...\"); to one of the sources.",
            "/project/a.c(4): error KLP1004: mod: section mismatch in reference: later+0x10 (section: .text) -> early (section: .init.text)");
    }

    [Fact]
    public void A_section_mismatch_that_the_kernel_allows_is_a_warning()
    {
        files.Lines["/stage/mod.o later+0"] = 4;
        Expect(
            "linux-6.1-modpost-section-mismatch.txt",
            "/project/a.c(4): warning KLP1006: mod.o: section mismatch in reference: later (section: .text.unlikely) -> early (section: .init.text)");
    }

    [Fact]
    public void Undefined_symbols_are_left_to_the_conversion()
    {
        string[] open = ["text_one", "data_one", "func_one", ".klp.sym.rela.vmlinux.vmlinux.data_two,2", ".klp.sym.rela.dm_mod.vmlinux.func_two.constprop.0,0"];

        Diagnostic diagnostic = Assert.Single(Parse(Lines("modpost-undefined.txt"), open));

        Assert.Equal("/project/a.c(11,79): warning KLP1002: operation on 'd2' may be undefined [-Wsequence-point]", diagnostic.ToString());
    }

    [Theory]
    [InlineData("WARNING: modpost: \"saved_command_line\" [mod.ko] undefined!")]
    [InlineData("WARNING: modpost: mod.ko: symbol 'saved_command_line' undefined!")]
    [InlineData("WARNING: modpost: mod.ko: nobody provides `saved_command_line'")]
    [InlineData("WARNING: modpost: undefined: saved_command_line")]
    public void An_open_symbol_is_left_to_the_conversion_whatever_modposts_words(string line) =>
        Assert.Empty(Parse([line], "show_val_kb", "saved_command_line"));

    [Theory]
    [InlineData("WARNING: modpost: \"printk\" [mod.ko] has no CRC!", "warning KLP1006: \"printk\" [mod.ko] has no CRC!")]
    [InlineData("WARNING: modpost: mod.ko: symbol 'printk' has no CRC!", "warning KLP1006: mod.ko: symbol 'printk' has no CRC!")]
    [InlineData("WARNING: modpost: mod.ko: symbol 'printk' undefined!", "warning KLP1006: mod.ko: symbol 'printk' undefined!")]
    [InlineData("WARNING: modpost: 4 modules are built with other options", "warning KLP1006: 4 modules are built with other options")]
    public void What_modpost_says_of_anything_else_is_reported(string line, string expected) =>
        Assert.Equal([expected], Parse([line], "saved_command_line").Select(diagnostic => diagnostic.ToString()));

    [Theory]
    [InlineData("WARNING: modpost: suppressed 2 unresolved symbol warnings because there were too many)")]
    [InlineData("WARNING: modpost: mod.ko: and 2 more like these")]
    public void Open_symbols_that_modpost_only_counts_are_left_to_the_conversion(string line) =>
        Assert.Empty(Parse(["WARNING: modpost: \"one\" [mod.ko] undefined!", line], "one", "two", "three"));

    [Fact]
    public void What_make_goes_on_after_is_no_error() =>
        Assert.Equal(["warning KLP1006: something about the module"], Parse(["ERROR: modpost: something about the module"]).Select(diagnostic => diagnostic.ToString()));

    [Fact]
    public void The_assembler_on_x86_knows_the_line() => Expect(
        "linux-6.1-gas-x86.txt",
        "/project/a.c(4): error KLP1003: no such instruction: `frobnicate x0,x1'");

    [Fact]
    public void Objtool_names_the_function()
    {
        files.Lines["/stage/c/a.o f+6"] = 5;
        Expect("linux-6.1-objtool.txt", "/project/a.c(5): warning KLP1006: objtool: f+0x6: return with modified stack frame");
    }

    [Theory]
    [InlineData("/src/linux/Makefile:153: *** building multiple external modules is not supported.  Stop.", "/src/linux/Makefile(153): error KLP1005: make stopped: building multiple external modules is not supported.")]
    [InlineData("make[3]: *** No rule to make target 'c/a.o', needed by 'mod.o'.  Stop.", "error KLP1005: make stopped: No rule to make target 'c/a.o', needed by 'mod.o'.")]
    [InlineData("aarch64-linux-gnu-ld: cannot find c/a.o: No such file or directory", "error KLP1003: cannot find c/a.o: No such file or directory")]
    [InlineData("ld.lld: error: duplicate symbol: both", "error KLP1003: duplicate symbol: both")]
    [InlineData("ld.lld-16: error: cannot open c/zz.o: No such file or directory", "error KLP1003: cannot open c/zz.o: No such file or directory")]
    public void A_tool_that_stops_says_why(string line, string expected) =>
        Assert.Equal([expected], Parse([line, "make: *** [Makefile:260: __sub-make] Error 2"]).Select(diagnostic => diagnostic.ToString()));

    [Theory]
    [InlineData("make: *** [Makefile:260: __sub-make] Error 2")]
    [InlineData("make[2]: *** Waiting for unfinished jobs....")]
    [InlineData("make[2]: *** Deleting file 'Module.symvers'")]
    [InlineData("cc1: all warnings being treated as errors")]
    [InlineData("compilation terminated.")]
    [InlineData("fatal error: too many errors emitted, stopping now [-ferror-limit=]")]
    [InlineData("warning: the compiler differs from the one used to build the kernel")]
    [InlineData("WARNING: modpost: suppressed 3 unresolved symbol warnings because there were too many)")]
    [InlineData("Skipping BTF generation for /stage/mod.ko due to unavailability of vmlinux")]
    [InlineData("")]
    public void Noise_is_left_out(string line) => Assert.Empty(Parse([line]));

    private void Expect(string output, params string[] expected) =>
        Assert.Equal(expected, Parse(output).Select(diagnostic => diagnostic.ToString()));

    private IReadOnlyList<Diagnostic> Parse(string output) => Parse(Lines(output));

    private static string[] Lines(string output)
    {
        using Stream stream = typeof(KbuildOutputParserTests).Assembly.GetManifestResourceStream(output)!;
        using StreamReader reader = new(stream);
        return reader.ReadToEnd().Split('\n');
    }

    private IReadOnlyList<Diagnostic> Parse(IReadOnlyCollection<string> lines, params string[] openSymbols)
    {
        // clang by itself has no make.
        bool hasSucceeded = !lines.Any(line => line.StartsWith("make: ***", StringComparison.Ordinal) || line.EndsWith("errors generated.", StringComparison.Ordinal));
        return KbuildOutputParser.Parse(lines, files, new KbuildModule("/stage/mod.o", openSymbols), hasSucceeded);
    }
}
