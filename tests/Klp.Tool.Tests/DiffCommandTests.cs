using System.Text.Json;

namespace Klp.Tool.Tests;

/// <summary><c>klp diff</c> on objects that the cross compilers make, and on what is none.</summary>
public sealed class DiffCommandTests : IDisposable
{
    private const string Source = """
        extern int outside(int); extern void say(const char *);
        int value = 3;
        int one(int a) { return outside(a) * 5; }
        int two(int a) { say("before"); return a; }
        """;

    private readonly TempFolder folder = new();

    [Fact]
    public void Equal_objects_exit_with_0_and_different_ones_with_1_and_say_why()
    {
        string old = Compile(Source, "old.o"), moved = Compile("\n\n" + Source, "moved.o");
        string made = Compile(Source.Replace("before", "behind", StringComparison.Ordinal) + "int three(int a) { return a; }\n", "new.o");

        KlpCommand same = KlpCommand.Run("diff", old, moved), different = KlpCommand.Run("diff", old, made);

        Assert.Equal((0, "functions: 0 changed, 0 new, 0 removed, 2 unchanged\ndata: 0 changed, 0 new, 0 removed, 1 unchanged\n", ""), (same.ExitCode, same.Output, same.Error));
        Assert.Equal((1, ""), (different.ExitCode, different.Error));
        Assert.StartsWith("functions: 1 changed, 1 new, 0 removed, 1 unchanged\n  changed  two (.text.two, ", different.Output, StringComparison.Ordinal);
        Assert.Contains(": the string \"behind\", before \"before\"\n", different.Output, StringComparison.Ordinal);
        Assert.Contains("\n  new      three (.text.three, ", different.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Json_has_the_differences_as_values()
    {
        string old = Compile(Source, "old.o"), made = Compile(Source.Replace("outside(a) * 5", "outside(a) * 6", StringComparison.Ordinal), "new.o");

        KlpCommand command = KlpCommand.Run("diff", "--json", old, made);

        Assert.Equal((1, ""), (command.ExitCode, command.Error));
        JsonElement root = JsonDocument.Parse(command.Output).RootElement;
        Assert.Empty(root.GetProperty("diagnostics").EnumerateArray());
        JsonElement changed = Assert.Single(root.GetProperty("summary").GetProperty("functions").GetProperty("changed").EnumerateArray());
        Assert.Equal(("one", true), (changed.GetProperty("name").GetString(), changed.GetProperty("isTraceable").GetBoolean()));
        Assert.Contains(changed.GetProperty("differences").EnumerateArray(), difference => difference.GetProperty("kind").GetString() == "bytes");
    }

    [Theory]
    [InlineData("x86_64-linux-gnu-", 62, "x86-64", "__mcount_loc")]
    [InlineData("s390x-linux-gnu-", 22, "s390x", ".s390_indirect")]
    [InlineData("powerpc64le-linux-gnu-", 21, "ppc64le", ".toc")]
    [InlineData("loongarch64-linux-gnu-", 258, "LoongArch", "R_LARCH_RELAX")]
    [InlineData("riscv64-linux-gnu-", 243, "machine 243", "no livepatches")]
    public void Objects_of_another_architecture_are_refused_by_its_name_with_what_is_in_the_way(string prefix, short machine, string name, string obstacle)
    {
        string old = OfMachine(prefix, machine);

        KlpCommand command = KlpCommand.Run("diff", old, old);

        Assert.Equal((2, ""), (command.ExitCode, command.Output));
        Assert.Contains($"old.o: error KLP7016: Objects for {name} cannot be", command.Error.Replace(" : error", ": error", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Contains(obstacle, command.Error, StringComparison.Ordinal);

        KlpCommand both = KlpCommand.Run("diff", Compile(Source, "arm.o"), old);
        Assert.Equal(2, both.ExitCode);
        Assert.Contains($"is for arm64 and {old} for {name}", both.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void An_object_of_several_units_is_refused_as_one_name_may_mean_several_functions()
    {
        const string unit = "static __attribute__((noinline)) int same(int a) { return a * 3; }\n";
        string one = Compile(unit + "int one(int a) { return same(a); }\n", "one.o"), two = Compile(unit.Replace('3', '5') + "int two(int a) { return same(a); }\n", "two.o");
        Klp.Tests.Tool.Run(Klp.Tests.Tool.Arm64 + "ld", "-r", one, two, "-o", folder["linked.o"]);

        KlpCommand command = KlpCommand.Run("diff", folder["linked.o"], folder["linked.o"]);

        Assert.Equal((2, ""), (command.ExitCode, command.Output));
        Assert.Matches(@"linked\.o ?: error KLP0012: The object was linked from 2 units, ", command.Error);
    }

    [Fact]
    public void What_is_no_object_is_told_by_its_name_each()
    {
        string text = folder.Write("text.o", "no object"), whole = Compile(Source, "whole.o");
        string cut = folder.Write("cut.o", File.ReadAllBytes(whole)[..200]);

        KlpCommand command = KlpCommand.Run("diff", text, folder["missing.o"]);
        Assert.Equal((2, ""), (command.ExitCode, command.Output));
        Assert.Matches(@"text\.o ?: error KLP0012: The object cannot be read: ", command.Error);
        Assert.Matches(@"missing\.o ?: error KLP0012: The object cannot be read: ", command.Error);
        KlpCommand damaged = KlpCommand.Run("diff", "--json", cut, whole);
        Assert.Equal((2, ""), (damaged.ExitCode, damaged.Error));
        Assert.Equal("KLP0012", JsonDocument.Parse(damaged.Output).RootElement.GetProperty("diagnostics")[0].GetProperty("code").GetString());
    }

    [Fact]
    public void No_damage_of_an_object_ends_in_a_stack_trace()
    {
        string whole = Compile(Source, "whole.o");
        byte[] bytes = File.ReadAllBytes(whole);
        // Each field of the section headers in turn becomes a number that nobody expects.
        int table = (int)BitConverter.ToUInt64(bytes, 40), size = BitConverter.ToUInt16(bytes, 58), count = BitConverter.ToUInt16(bytes, 60);
        int field = 0;
        for (int at = table; at < table + (count * size); at += 7 * 8, field++)
        {
            byte[] damaged = [.. bytes];
            damaged.AsSpan(at, 4).Fill((byte)(field % 2 == 0 ? 0xff : 0x7f));
            KlpCommand command = KlpCommand.Run("diff", whole, folder.Write("damaged.o", damaged));
            Assert.InRange(command.ExitCode, 0, 2);
            Assert.DoesNotContain("   at ", command.Error + command.Output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Both_objects_as_standard_input_are_wrong_use()
    {
        KlpCommand command = KlpCommand.Run("diff", "-", "-");
        Assert.Equal((2, ""), (command.ExitCode, command.Output));
        Assert.Contains("standard input", command.Error, StringComparison.Ordinal);
    }

    public void Dispose() => folder.Dispose();

    // Where there is no compiler for it, the header of an object for arm64 says so (e_machine).
    private string OfMachine(string prefix, short machine)
    {
        if (Klp.Tests.Tool.IsInstalled(prefix + "gcc"))
            return Compile(Source, "old.o", prefix);
        byte[] bytes = File.ReadAllBytes(Compile(Source, "old.o"));
        BitConverter.TryWriteBytes(bytes.AsSpan(18), machine);
        return folder.Write("old.o", bytes);
    }

    private string Compile(string source, string name, string prefix = Klp.Tests.Tool.Arm64)
    {
        Directory.CreateDirectory(folder[name + ".d"]);
        string file = folder.Write($"{name}.d/unit.c", source);
        string[] patchable = prefix == Klp.Tests.Tool.Arm64 ? ["-fpatchable-function-entry=2"] : [];
        Klp.Tests.Tool.Run(prefix + "gcc", ["-O2", "-ffreestanding", "-fno-pic", "-ffunction-sections", "-fdata-sections", .. patchable, "-c", file, "-o", folder[name]]);
        return folder[name];
    }
}
