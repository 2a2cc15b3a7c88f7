using Klp.Kernel.Diagnostics;
using Klp.Kernel.Facts;
using Klp.Livepatch.Generation;
using Klp.Livepatch.Tests.Support;

namespace Klp.Livepatch.Tests;

/// <summary>What a project may ask for, and what is generated for which kernel.</summary>
[Trait("Needs", "kernel")]
public sealed class PatchDescriptionTests
{
    private static readonly PatchDescription Everything = new()
    {
        Functions = [new("one", "vmlinux", "new_one", 2), new("two", "dm_mod", "new_two", 0)],
        Objects = [new DescribedObject("vmlinux", [new(CallbackKind.PrePatch, "before"), new(CallbackKind.PostUnpatch, "after")])],
        States = [new DescribedState(16, 2)],
        Replace = true,
        Module = new ModuleDescription(),
    };

    private static readonly PatchDescription Least = new() { Functions = [new("one", "vmlinux", "new_one", 0)], Module = new ModuleDescription() };

    [Theory]
    [InlineData("4.4", "a position (old_sympos)", "callbacks", "atomic replace", "states")]
    [InlineData("4.14.5", "callbacks", "atomic replace", "states")]
    [InlineData("4.15", "atomic replace", "states")]
    [InlineData("5.0", "atomic replace", "states")]
    [InlineData("5.1", "states")]
    [InlineData("5.4.1", "states")]
    [InlineData("5.5")]
    public void What_the_kernel_does_not_have_yet_is_an_error(string kernel, params string[] missing)
    {
        IReadOnlyList<Diagnostic> diagnostics = [.. Check(Everything, Version(kernel))];

        Assert.All(diagnostics, diagnostic => Assert.Equal("KLP1012", diagnostic.Code));
        Assert.Equal(missing.Length, diagnostics.Count);
        Assert.All(missing, feature => Assert.Contains(diagnostics, diagnostic => diagnostic.Message.StartsWith($"The project asks for {feature}, ", StringComparison.Ordinal)));
        Expect.Nothing(Check(Least, Version(kernel)));
    }

    [Theory]
    [InlineData("4.19", true)]
    [InlineData("5.0.21", true)]
    [InlineData("5.1", false)]
    [InlineData("7.2", false)]
    public void A_kernel_before_5_1_wants_a_patch_to_be_registered(string kernel, bool registers)
    {
        string source = TablesSource.Write(Least, Version(kernel));

        Assert.Equal(registers, source.Contains("klp_register_patch(&", StringComparison.Ordinal));
        Assert.Equal(registers, source.Contains("klp_unregister_patch(&", StringComparison.Ordinal));
        Assert.Contains("klp_enable_patch(&", source, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(".old_sympos")]
    [InlineData(".callbacks")]
    [InlineData(".states")]
    [InlineData(".replace")]
    public void Members_that_nothing_asks_for_are_left_out_because_old_kernels_have_them_not(string member)
    {
        Assert.Contains(member, TablesSource.Write(Everything, new KernelVersion(6, 1)), StringComparison.Ordinal);
        Assert.DoesNotContain(member, TablesSource.Write(Least, new KernelVersion(6, 1)), StringComparison.Ordinal);
    }

    [Fact]
    public void The_kernel_compiles_tables_of_every_form()
    {
        // 8021q: a name that cannot begin a name in C. Two callbacks of a kind in two objects.
        PatchDescription patch = Everything with
        {
            Functions = [.. Everything.Functions, new("three.isra.0", "8021q", "new_three", 0), new("four", "8021q", "new_three", 0)],
            Objects = [.. Everything.Objects, new DescribedObject("zram", [new(CallbackKind.PrePatch, "before"), new(CallbackKind.PostPatch, "after"), new(CallbackKind.PreUnpatch, "after")])],
            States = [new DescribedState(ulong.MaxValue, uint.MaxValue), new DescribedState(1, 0)],
            Module = new ModuleDescription { License = "GPL v2", Authors = ["a\\b\"c\td"], Description = "two\nlines %s ??/", Version = "1" },
        };
        Expect.Nothing(Check(patch, DemoTree.Tree.Version));
        using KbuildModules modules = new(new KbuildModule(
            "tables",
            new SourceFile("tables-generated.c", TablesSource.Write(patch, DemoTree.Tree.Version)),
            new SourceFile("tables-own.c", TablesSource.WriteHeader(patch) + """
                void new_one(void); void new_one(void) { }
                void new_two(void); void new_two(void) { }
                void new_three(void); void new_three(void) { }
                int before(struct klp_object *object) { return 0; }
                void after(struct klp_object *object) { }
                """)));

        Assert.Equal(["a\\b\"c\td"], ModInfo(modules, "author"));
        Assert.Equal(["two", "lines %s ??/"], ModInfo(modules, "description"));
        Assert.Equal(["GPL v2"], ModInfo(modules, "license"));
        Assert.Equal(["1"], ModInfo(modules, "version"));
        Assert.Equal(["Y"], ModInfo(modules, "livepatch"));
        string data = Tool.Run(Tool.Arm64 + "readelf", "-rW", modules["tables"]).Output;
        Assert.All(["new_one", "new_two", "new_three", "before", "after", "__this_module"], name => Assert.Contains($"{name} + 0", data, StringComparison.Ordinal));
        Assert.Equal(2, data.Split("new_three + 0").Length - 1);
        Assert.Equal(3, data.Split("after + 0").Length - 1);
    }

    [Fact]
    public void What_is_there_twice_is_an_error_at_the_second_that_names_the_first()
    {
        SourcePlace first = new("a.csproj", 3);
        SourcePlace second = new("a.csproj", 5);
        Twice(Least with { Functions = [new("one", "vmlinux", "a", 0, first), new("one", "vmlinux", "b", 1, second)] });
        Twice(Least with { Objects = [new DescribedObject("vmlinux", [], first), new DescribedObject("vmlinux", [], second)] });
        Twice(Least with { States = [new DescribedState(1, 1, first), new DescribedState(1, 2, second)] });

        void Twice(PatchDescription patch)
        {
            Diagnostic error = Expect.Error("KLP1011", Check(patch, new KernelVersion(7, 0)));
            Assert.Equal(second, error.Place);
            Assert.Contains("a.csproj:3", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void One_name_in_two_objects_or_positions_is_not_twice()
    {
        Expect.Nothing(Check(Least with { Functions = [new("one", "vmlinux", "a", 1), new("one", "vmlinux", "b", 2), new("one", "zram", "c", 0)] }, new KernelVersion(7, 0)));
        // Said by the project, it may be meant.
        Expect.Nothing(Check(Least with { Functions = [new("one", "vmlinux", "a", 0), new("two", "vmlinux", "a", 0)] }, new KernelVersion(7, 0)));
    }

    [Fact]
    public void Two_functions_that_would_be_replaced_by_one_because_nobody_says_by_what_are_an_error()
    {
        string usual = NewFunctionName.For("one");
        Diagnostic error = Expect.Error("KLP1011", Check(Least with { Functions = [new("one", "vmlinux", usual, 0), new("one", "zram", usual, 0)] }, new KernelVersion(7, 0)));
        Assert.Contains("With", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_function_cannot_be_two_things()
    {
        Assert.Contains("returns int", Expect.Error("KLP1010", Check(Least with { Objects = [new DescribedObject("zram", [new(CallbackKind.PrePatch, "f"), new(CallbackKind.PostPatch, "f")])] }, new KernelVersion(7, 0))).Message, StringComparison.Ordinal);
        Assert.Contains("'new_one' is a callback", Expect.Error("KLP1010", Check(Least with { Objects = [new DescribedObject("zram", [new(CallbackKind.PrePatch, "new_one")])] }, new KernelVersion(7, 0))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Tables_that_patch_nothing_are_an_error()
    {
        Assert.Contains($"has {HostWord.StateItem}", Expect.Error("KLP1015", Check(Least with { Functions = [], States = [new DescribedState(1, 1)] }, new KernelVersion(7, 0))).Message, StringComparison.Ordinal);
        Assert.Contains($"has {HostWord.Replace}", Expect.Error("KLP1015", Check(Least with { Functions = [], Replace = true }, new KernelVersion(7, 0))).Message, StringComparison.Ordinal);
        Assert.Contains("'zram' has no callback", Expect.Error("KLP1015", Check(Least with { Objects = [new DescribedObject("zram", [])] }, new KernelVersion(7, 0))).Message, StringComparison.Ordinal);
        // For its callbacks only.
        Expect.Nothing(Check(Least with { Functions = [], Objects = [new DescribedObject("zram", [new(CallbackKind.PrePatch, "f")])] }, new KernelVersion(7, 0)));
    }

    [Theory]
    [InlineData("meminfo_proc_show", "livepatch_meminfo_proc_show")]
    [InlineData("feature_matches.isra.0", "livepatch_feature_matches_isra_0")]
    public void A_new_function_has_a_name_of_C_where_nobody_says_another(string name, string expected) => Assert.Equal(expected, NewFunctionName.For(name));

    private static DiagnosticBag Check(PatchDescription patch, KernelVersion kernel)
    {
        DiagnosticBag diagnostics = new();
        new PatchDescriptionRules(patch, kernel, diagnostics).Check();
        return diagnostics;
    }

    private static KernelVersion Version(string text)
    {
        Assert.True(KernelVersion.TryParse(text, out KernelVersion version));
        return version;
    }

    private static string[] ModInfo(KbuildModules modules, string field) => Tool.Run("modinfo", "-F", field, modules["tables"]).Lines;
}
