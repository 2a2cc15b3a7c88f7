using Klp.Kbuild.Runs;
using Klp.Sdk.Tests.Support;

namespace Klp.Sdk.Tests.Kbuild;

/// <summary>What makes a stage run again.</summary>
public sealed class StageRecordTests : IDisposable
{
    private readonly TestFolder folder = new();
    private readonly string record;
    private readonly string input;
    private readonly string header;
    private readonly string output;

    public StageRecordTests()
    {
        record = folder.Combine("stage.record");
        input = Write("input.c");
        header = Write("header.h");
        output = Write("output.o");
        StageRecord.Write(record, State(), [header, folder.Combine("nothing")]);
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_stage_that_would_be_made_from_the_same_has_nothing_to_do()
    {
        Assert.Null(Change());
        Assert.Equal([header, folder.Combine("nothing")], StageRecord.ReadFound(record));
    }

    [Fact]
    public void Without_a_record_it_runs()
    {
        File.Delete(record);

        Assert.Contains("no record", Change(), StringComparison.Ordinal);
        Assert.Empty(StageRecord.ReadFound(record));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public void A_file_that_is_newer_or_older_than_it_was_makes_it_run(int days)
    {
        File.SetLastWriteTimeUtc(input, File.GetLastWriteTimeUtc(input).AddDays(days));
        Assert.Contains(input, Change(), StringComparison.Ordinal);

        StageRecord.Write(record, State(), [header]);
        Assert.Null(Change());
        File.SetLastWriteTimeUtc(header, File.GetLastWriteTimeUtc(header).AddDays(days));
        Assert.Equal($"{header} changed", Change());
    }

    [Fact]
    public void A_file_that_comes_or_goes_makes_it_run()
    {
        Write("nothing");
        Assert.Equal($"{folder.Combine("nothing")} changed", Change());

        File.Delete(folder.Combine("nothing"));
        Assert.Null(Change());
        File.Delete(header);
        Assert.Equal($"{header} changed", Change());
    }

    [Fact]
    public void Another_setting_input_or_output_makes_it_run()
    {
        Assert.Equal("now there is \"setting options=-O2\"", Change(StageRecord.State(["options=-O2"], [input], [output])));
        Assert.Equal("no longer there is \"setting options=\"", Change(StageRecord.State([], [input], [output])));
        Assert.Contains("other.c", Change(StageRecord.State(["options="], [input, folder.Combine("other.c")], [output])), StringComparison.Ordinal);
        Assert.Contains("other.o", Change(StageRecord.State(["options="], [input], [folder.Combine("other.o")])), StringComparison.Ordinal);
        Assert.NotNull(Change(StageRecord.State(["options=", "options="], [input], [output])));
    }

    [Fact]
    public void A_missing_output_makes_it_run()
    {
        File.Delete(output);

        Assert.Equal($"{output} is missing", Change());
    }

    [Fact]
    public void Of_shared_stages_names_count_and_tools_only_where_they_are_newer()
    {
        string state = StageRecord.State([], [input], [output], byName: true);
        StageRecord.Write(record, state, []);
        string linked = File.CreateSymbolicLink(folder.Combine("link"), folder.Combine(".")).FullName;
        Assert.Equal(state, StageRecord.State([], [Path.Combine(linked, "input.c")], [Path.Combine(linked, "output.o")], byName: true));

        File.SetLastWriteTimeUtc(header, File.GetLastWriteTimeUtc(record).AddDays(-1));
        Assert.Null(StageRecord.FindChange(record, state, [output], [header]));
        File.SetLastWriteTimeUtc(header, File.GetLastWriteTimeUtc(record).AddSeconds(1));
        Assert.Equal($"{header} is newer", StageRecord.FindChange(record, state, [output], [header]));
    }

    [Fact]
    public void Lines_in_a_setting_do_not_mix_with_the_records()
    {
        string state = StageRecord.State(["description=one\nfound 2001-01-01 /nothing\r\nmore"], [], []);
        StageRecord.Write(record, state, []);

        Assert.Null(Change(state));
        Assert.Empty(StageRecord.ReadFound(record));
    }

    [Fact]
    public void A_damaged_record_makes_it_run()
    {
        File.AppendAllText(record, "found \n");
        Assert.NotNull(Change());

        File.WriteAllBytes(record, [0xFF, 0x00, 0x0A]);
        Assert.NotNull(Change());
    }

    private string State() => StageRecord.State(["options="], [input], [output]);

    private string? Change(string? state = null) => StageRecord.FindChange(record, state ?? State(), [output], []);

    private string Write(string name)
    {
        string path = folder.Combine(name);
        File.WriteAllText(path, "");
        return path;
    }
}
