using Klp.Kbuild.Patching;

namespace Klp.Patching.Tests.Units;

/// <summary>What makes the CRCs differ that genksyms printed, by the types that it listed.</summary>
public class SymbolVersionsTests
{
    private const string Types = """
        s#part struct part { int low ; int high ; }
        s#thing struct thing { s#part part ; s#later * later ; }
        s#later struct later { UNKNOWN }
        e#state enum state { E#IDLE , E#BUSY }
        count extern int count ( s#thing * , enum state )
        put extern void put ( e#state )
        """;

    [Theory]
    [InlineData("count", "extern int count", "extern long count", "count")]
    [InlineData("count", "s#later * later ;", "s#later * later ; int more ;", "struct thing")]
    [InlineData("count", "int high", "long high", "struct part")]
    [InlineData("put", "E#IDLE , E#BUSY", "E#IDLE , E#WAITING , E#BUSY", "enum state")]
    public void The_nearest_declaration_that_changed_is_the_cause(string symbol, string old, string made, string cause)
    {
        Assert.Equal(cause, Cause(symbol, Types.Replace(old, made, StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("put", "int high", "long high")]
    [InlineData("count", "struct later { UNKNOWN }", "struct later { int id ; }")]
    public void What_a_symbol_does_not_lead_to_and_what_was_not_defined_is_no_cause(string symbol, string old, string made)
    {
        Assert.Null(Cause(symbol, Types.Replace(old, made, StringComparison.Ordinal)));
    }

    [Fact]
    public void Crcs_are_read_among_other_lines()
    {
        IReadOnlyDictionary<string, uint> crcs = SymbolVersions.ReadCrcs(["savedcmd_x.o := gcc", "#SYMVER mmput 0x649d49da", "#SYMVER get_task_mm 0x05b8f6ad", "#SYMVER bad 0xzz"]);
        Assert.Equal([("get_task_mm", 0x05b8f6adu), ("mmput", 0x649d49dau)], crcs.Select(pair => (pair.Key, pair.Value)).Order());
    }

    private static string? Cause(string symbol, string patched)
    {
        static SymbolVersions Read(string types) => SymbolVersions.Read([], types.Split('\n'));
        return SymbolVersions.CauseOf(symbol, Read(Types), Read(patched));
    }
}
