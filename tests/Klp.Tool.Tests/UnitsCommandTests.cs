using System.Text.Json;

namespace Klp.Tool.Tests;

/// <summary><c>klp units</c> on the demo kernel, compared with what its build recorded and with readelf.</summary>
[Trait("Needs", "kernel")]
public sealed class UnitsCommandTests : IDisposable
{
    private readonly TempFolder folder = new();

    [Fact]
    public void A_source_is_told_with_its_object_and_what_ftrace_can_attach_to_there()
    {
        KlpCommand command = Run("fs/proc/version.c", "--json");

        Assert.Equal((0, ""), (command.ExitCode, command.Error));
        JsonElement unit = Units(command, "fs/proc/version.c").Single();
        Assert.Equal("fs/proc/version.o", unit.GetProperty("object").GetString());
        Assert.Equal("vmlinux", unit.GetProperty("objectName").GetString());
        Assert.Equal(JsonValueKind.Null, unit.GetProperty("obstacle").ValueKind);
        string path = Path.Combine(DemoKernelTree.Path, "fs/proc/version.o");
        string table = Klp.Tests.Tool.Run(Klp.Tests.Tool.Arm64 + "readelf", "-rW", path).Output.Split("'.rela__patchable_function_entries'")[1].Split("\n\n")[0];
        Assert.Equal(table.Split('\n').Count(line => line.Contains("R_AARCH64_ABS64", StringComparison.Ordinal)), unit.GetProperty("traceSites").GetInt32());
        string[] functions = [.. Klp.Tests.Tool.Run(Klp.Tests.Tool.Arm64 + "readelf", "-sW", path).Lines.Where(line => line.Contains(" FUNC ", StringComparison.Ordinal))];
        Assert.Equal(functions.Length, unit.GetProperty("functions").GetInt32());
    }

    [Fact]
    public void The_cost_rests_on_a_unit_that_was_compiled_and_on_sizes_that_ls_shows()
    {
        JsonElement root = Json(Run("fs/proc/version.c", "--json"));
        JsonElement cost = root.GetProperty("cost");

        Assert.Equal("fs/proc/version.o", cost.GetProperty("measuredUnit").GetString());
        double measured = cost.GetProperty("measuredSeconds").GetDouble();
        Assert.InRange(measured, 0.01, 60);
        Assert.Equal(measured, cost.GetProperty("leastSeconds").GetDouble(), 6);
        Assert.True(cost.GetProperty("mostSeconds").GetDouble() > measured);
        // The record of the object names what it was made from; a wildcard is not a file.
        string record = File.ReadAllText(Path.Combine(DemoKernelTree.Path, "fs/proc/.version.o.cmd"));
        string[] files = [.. record.Split("deps_fs/proc/version.o := ")[1].Split("\n\n")[0].Split((char[])[' ', '\\', '\n'], StringSplitOptions.RemoveEmptyEntries)
            .Where(word => !word.StartsWith('$') && !word.EndsWith(')'))];
        string source = record.Split("source_fs/proc/version.o := ")[1].Split('\n')[0];
        long bytes = files.Append(source).Sum(file => new FileInfo(Path.GetFullPath(file, DemoKernelTree.Path)).Length);
        Assert.Equal(bytes, cost.GetProperty("inputBytes").GetInt64());
    }

    [Fact]
    public void Units_whose_recorded_command_has_no_tracing_are_told_with_that_reason()
    {
        JsonElement[] units = Units(Run("include/linux/seq_buf.h", "--json"), "include/linux/seq_buf.h");
        Assert.Contains(units, unit => !unit.GetProperty("isTraced").GetBoolean());
        foreach (JsonElement unit in units)
        {
            string name = unit.GetProperty("object").GetString()!;
            string record = File.ReadLines(Path.Combine(DemoKernelTree.Path, Path.GetDirectoryName(name)!, $".{Path.GetFileName(name)}.cmd")).First();
            bool isTraced = record.Contains("-fpatchable-function-entry=", StringComparison.Ordinal);
            Assert.Equal(isTraced, unit.GetProperty("isTraced").GetBoolean());
            if (!isTraced && unit.GetProperty("language").GetString() == "c" && unit.GetProperty("objectName").GetString() != "")
                Assert.Contains("no place for ftrace", unit.GetProperty("obstacle").GetString(), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("arch/arm64/kernel/entry.S", "assembler")]
    [InlineData("arch/arm64/kernel/vdso/vgettimeofday.c", "the vDSO")]
    [InlineData("arch/arm64/kernel/pi/map_kernel.c", "before the kernel is mapped")]
    [InlineData("mm/early_ioremap.c", "for the start alone")]
    public void What_cannot_be_patched_is_told_with_the_reason(string path, string reason)
    {
        KlpCommand command = Run(path);
        Assert.Equal((0, ""), (command.ExitCode, command.Error));
        Assert.Matches($"cannot be patched, as .*{reason}", command.Output);
    }

    [Fact]
    public void A_file_in_no_object_is_told_with_the_option_that_would_build_it()
    {
        KlpCommand command = Run("fs/aio.c");
        Assert.Equal(1, command.ExitCode);
        Assert.Contains("error KLP7005: fs/aio.c is not in this kernel. fs/Makefile builds it with CONFIG_AIO", command.Error, StringComparison.Ordinal);

        // Beside one that is in the kernel it is a warning.
        Assert.Equal(0, Run("fs/aio.c", "fs/proc/version.c").ExitCode);
    }

    [Theory]
    [InlineData("fs/proc/versoin.c", "'fs/proc/version.c'")]
    [InlineData("fs/mm/memory.c", "'mm/memory.c'")]
    [InlineData("fs/proc", "is a folder")]
    public void A_name_of_no_file_is_told_with_names_that_are_near(string path, string near)
    {
        KlpCommand command = Run(path);
        Assert.Equal((2, ""), (command.ExitCode, command.Output));
        Assert.Contains("error KLP0012: ", command.Error, StringComparison.Ordinal);
        Assert.Contains(near, command.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_may_be_named_from_where_the_user_is_and_by_its_absolute_path()
    {
        string root = Path.GetDirectoryName(Path.GetDirectoryName(Path.GetFullPath(SourceOf("init/main.o"))))!;
        string[] names =
        [
            .. new[]
            {
                KlpCommand.RunIn(Path.Combine(root, "fs/proc"), Environment, "units", "-k", DemoKernelTree.Path, "version.c", "--json"),
                Run(Path.Combine(root, "fs/proc/version.c"), "--json"),
            }.Select(command => Json(command).GetProperty("files")[0].GetProperty("path").GetString()!),
        ];
        Assert.All(names, name => Assert.Equal("fs/proc/version.c", name));

        KlpCommand outside = Run(folder.Write("version.c", ""));
        Assert.Equal(2, outside.ExitCode);
        Assert.Contains("is not in the kernel's source", outside.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_records_of_a_build_it_is_told_what_is_missing()
    {
        KlpCommand command = KlpCommand.Run("units", "-k", folder.Path, "fs/proc/version.c");
        Assert.Equal(2, command.ExitCode);
        Assert.Matches("error KLP0\\d+: ", command.Error);
        Assert.DoesNotContain("   at ", command.Error, StringComparison.Ordinal);
    }

    public void Dispose() => folder.Dispose();

    private static IReadOnlyDictionary<string, string> Environment { get; } = new Dictionary<string, string>();

    private static KlpCommand Run(params string[] arguments) => KlpCommand.Run(["units", "-k", DemoKernelTree.Path, .. arguments]);

    private static JsonElement Json(KlpCommand command) => JsonDocument.Parse(command.Output).RootElement;

    private static JsonElement[] Units(KlpCommand command, string path)
    {
        JsonElement file = Json(command).GetProperty("files").EnumerateArray().Single(item => item.GetProperty("path").GetString() == path);
        return [.. file.GetProperty("units").EnumerateArray()];
    }

    private static string SourceOf(string name) =>
        File.ReadLines(Path.Combine(DemoKernelTree.Path, Path.GetDirectoryName(name)!, $".{Path.GetFileName(name)}.cmd"))
            .First(line => line.StartsWith("source_", StringComparison.Ordinal)).Split(" := ")[1];
}
