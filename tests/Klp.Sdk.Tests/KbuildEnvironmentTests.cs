using Klp.Kbuild.Toolchain;
using Klp.Sdk.Tests.Support;

namespace Klp.Sdk.Tests;

/// <summary>What variables of the shell do to a module: nothing, but for those that the project names.</summary>
public sealed class KbuildEnvironmentTests : IDisposable
{
    private readonly TestProject project = new();

    public void Dispose() => project.Dispose();

    [Fact]
    public void Whatever_the_shell_has_set_the_module_has_the_same_bytes()
    {
        project.Write("more.c", "#if __has_include(<hostile.h>)\nconst char hostile[] = \"\";\n#endif\n#ifdef HOSTILE\nconst char defined[] = \"\";\n#endif\n");
        project.Build().Succeeded();
        byte[] bytes = File.ReadAllBytes(project.Module);
        project.Run("clean").Succeeded();

        string folder = SetHostileVariables();
        // Nor do files that kbuild reads in other folders than that in which it works.
        foreach (string file in (string[])["Makefile", "makefile", "GNUmakefile", "Kbuild", "localversion", ".config"])
            project.Write(file, "$(error hostile)\n");
        project.Build().Succeeded();

        Assert.Equal(bytes, File.ReadAllBytes(project.Module));
        Assert.DoesNotContain("dependencies", Directory.EnumerateFiles(folder).Select(Path.GetFileName));
        project.Variables.Clear();
        Assert.Empty(project.Build().Succeeded().Ran);
    }

    [Fact]
    public void A_variable_that_the_project_names_gets_through_and_is_part_of_what_the_module_is_made_from()
    {
        project.WriteProject("<PropertyGroup><KlpEnvironment>NO_SUCH_VARIABLE; KCPPFLAGS</KlpEnvironment></PropertyGroup>");
        project.Write("more.c", "#ifdef NAME\nconst char NAME[] = \"\";\n#endif\n");
        project.Variables["KCPPFLAGS"] = "-DNAME=first_name";
        project.Build().Succeeded();
        Assert.Contains("first_name", Tool.Run("nm", project.Module).Output, StringComparison.Ordinal);
        Assert.Empty(project.Build().Succeeded().Ran);

        project.Variables["KCPPFLAGS"] = "-DNAME=second_name";
        Assert.Contains("KlpCompile", project.Build().Succeeded().Ran);

        Assert.Contains("second_name", Tool.Run("nm", project.Module).Output, StringComparison.Ordinal);
        // A token of a compiler cache's is nothing for a file.
        string record = File.ReadAllText(project.Combine("obj", "Debug", TestKernel.Release, "compile.record"));
        Assert.Contains("KCPPFLAGS", record, StringComparison.Ordinal);
        Assert.DoesNotContain("second_name", record, StringComparison.Ordinal);
    }

    // make compares commands and times, in which such a variable shows nowhere.
    [Fact]
    public void Another_value_of_a_variable_that_only_the_compiler_reads_compiles_anew()
    {
        project.Write("first/word.h", "extern const char first_word[]; const char first_word[] = \"\";\n");
        project.Write("second/word.h", "extern const char second_word[]; const char second_word[] = \"\";\n");
        project.Write("more.c", "#include <word.h>\n");
        // As on a command line, where the list's ";" is escaped.
        const string names = "-p:KlpEnvironment=NO_SUCH_VARIABLE%3BCPATH";
        project.Variables["CPATH"] = project.Combine("first");
        project.Build(names).Succeeded();
        Assert.Contains("first_word", Tool.Run("nm", project.Module).Output, StringComparison.Ordinal);
        Assert.Empty(project.Build(names).Succeeded().Ran);

        project.Variables["CPATH"] = project.Combine("second");
        project.Build(names).Succeeded();

        Assert.Contains("second_word", Tool.Run("nm", project.Module).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_libraries_of_the_compiler_are_looked_for_is_part_of_what_the_module_is_made_from()
    {
        project.Build().Succeeded();
        project.Variables["LD_LIBRARY_PATH"] = Directory.CreateDirectory(Path.Combine(project.Home, "libraries")).FullName;

        Assert.Contains("KlpCompile", project.Build().Succeeded().Ran);
        Assert.Empty(project.Build().Succeeded().Ran);
    }

    [Fact]
    public void What_is_no_name_of_a_variable_is_refused_at_its_line()
    {
        project.WriteProject("<PropertyGroup>\n<KlpEnvironment>KCFLAGS=-DX</KlpEnvironment>\n</PropertyGroup>");

        BuildMessage error = project.Build().SingleError("KLP1021");

        Assert.Equal((project.Combine("patch.csproj"), 3), (error.File, error.Line));
        Assert.Contains("\"KCFLAGS=-DX\"", error.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Only_what_is_listed_is_let_through()
    {
        Dictionary<string, string?> changes = KbuildEnvironment.Changes("/stage", ["USER"]);

        Assert.DoesNotContain("PATH", changes.Keys);
        Assert.DoesNotContain("USER", changes.Keys);
        Assert.Equal("C", changes["LC_ALL"]);
        Assert.Equal("/stage", changes["CCACHE_BASEDIR"]);
        // The test host's own, which nobody lists.
        Assert.Null(changes[Environment.GetEnvironmentVariables().Keys.Cast<string>().First(name => name.StartsWith("DOTNET_", StringComparison.Ordinal))]);
    }

    [Fact]
    public void What_stands_for_the_environment_changes_with_a_value_and_does_not_tell_it()
    {
        const string name = "KLP_TEST_OF_STATE";
        string unset = KbuildEnvironment.State([name, "NO_SUCH_VARIABLE", name]);
        Environment.SetEnvironmentVariable(name, "secret");
        string set = KbuildEnvironment.State(["NO_SUCH_VARIABLE", name]);
        Environment.SetEnvironmentVariable(name, null);

        Assert.Equal($"{name}=\nNO_SUCH_VARIABLE=", unset);
        Assert.Matches($"^{name}=[0-9a-f]{{64}}\nNO_SUCH_VARIABLE=$", set);
    }

    // What the makefiles of kernels since 5.8 read without setting it, and what make, the compilers, the shell and the language do.
    private string SetHostileVariables()
    {
        string folder = Directory.CreateDirectory(Path.Combine(project.Home, "hostile")).FullName;
        File.WriteAllText(Path.Combine(folder, "hostile.h"), "");
        File.WriteAllText(Path.Combine(folder, "makefile"), "$(error hostile)\n");
        File.WriteAllText(Path.Combine(folder, "script"), "exit 1\n");
        foreach (string tool in (string[])["as", "cc1", "ld"])
        {
            File.WriteAllText(Path.Combine(folder, tool), "#!/bin/sh\nexit 1\n");
            File.SetUnixFileMode(Path.Combine(folder, tool), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }

        foreach (string name in (string[])["KCFLAGS", "KCPPFLAGS", "KAFLAGS", "CFLAGS_MODULE", "AFLAGS_MODULE", "CFLAGS_KERNEL", "USERCFLAGS"])
            project.Variables[name] = "-DHOSTILE -fhostile";
        foreach (string name in (string[])["CC", "LD", "AS", "AR", "NM", "OBJCOPY", "OBJDUMP", "STRIP", "READELF", "CPP", "HOSTCC", "PAHOLE", "CHECK", "AWK", "PYTHON3", "RUSTC", "CONFIG_SHELL"])
            project.Variables[name] = "false";
        foreach (string name in (string[])["KBUILD_OUTPUT", "KBUILD_EXTMOD", "KBUILD_EXTMOD_OUTPUT", "KBUILD_SRC", "KCONFIG_CONFIG", "M", "MO", "O", "SUBDIRS", "srctree", "objtree", "srcroot", "abs_srctree"])
            project.Variables[name] = "/nonexistent";
        foreach (string name in (string[])["CPATH", "C_INCLUDE_PATH", "COMPILER_PATH", "LIBRARY_PATH"])
            project.Variables[name] = folder;
        foreach ((string name, string value) in ((string, string)[])
        [
            ("KRUSTFLAGS", "--hostile"), ("LDFLAGS_MODULE", "--hostile"), ("LDFLAGS", "--hostile"), ("KBUILD_LDFLAGS_MODULE", "--hostile"),
            ("KBUILD_EXTRA_WARN", "123e"), ("KBUILD_VERBOSE", "2"), ("W", "123e"), ("V", "2"), ("C", "2"), ("KBUILD_CHECKSRC", "2"),
            ("KBUILD_MODPOST_NOFINAL", "1"), ("KBUILD_MODPOST_WARN", ""), ("KBUILD_NSDEPS", "1"), ("KBUILD_EXTRA_SYMBOLS", "/nonexistent"),
            ("LLVM", "1"), ("LLVM_IAS", "0"), ("ARCH", "mips"), ("SRCARCH", "mips"), ("CROSS_COMPILE_COMPAT", "hostile-"), ("sub_make_done", "1"),
            ("CONFIG_HOSTILE", "y"), ("CONFIG_CFI", "y"), ("CONFIG_DEBUG_SECTION_MISMATCH", "y"), ("CONFIG_READABLE_ASM", "y"), ("CONFIG_GCOV_KERNEL", "y"), ("GCOV_PROFILE", "y"),
            ("KERNELRELEASE", "0"), ("LOCALVERSION", "-hostile"), ("DISTRIBUTION_OFFICIAL_BUILD", "1"), ("WARN_ON_UNUSED_TRACEPOINTS", "1"), ("OBJTOOL_ARGS", "--hostile"), ("OBJTOOL_VERBOSE", "1"),
            ("MAKEFILES", Path.Combine(folder, "makefile")), ("MAKEFLAGS", "-n"), ("GNUMAKEFLAGS", "-n"), ("MFLAGS", "-n"), ("MAKEOVERRIDES", "V=1"), ("MAKELEVEL", "3"),
            ("GCC_EXEC_PREFIX", "/nonexistent/"), ("GCC_COLORS", "error=01;31"), ("SOURCE_DATE_EPOCH", "1"), ("CCC_OVERRIDE_OPTIONS", "+-DHOSTILE"), ("GCC_COMPARE_DEBUG", "-DHOSTILE"),
            ("DEPENDENCIES_OUTPUT", Path.Combine(folder, "dependencies")), ("SUNPRO_DEPENDENCIES", Path.Combine(folder, "dependencies")),
            ("BASH_ENV", Path.Combine(folder, "script")), ("ENV", Path.Combine(folder, "script")), ("CDPATH", "/"), ("LD_PRELOAD", "/nonexistent.so"), ("LC_MESSAGES", "de_DE.UTF-8"), ("LANGUAGE", "de"),
        ])
        {
            project.Variables[name] = value;
        }

        return folder;
    }
}
