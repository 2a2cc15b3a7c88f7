namespace Klp.Layers.Tests;

/// <summary>The plan of the house, as docs/architecture.md draws it: what lies below knows nothing of what is above.</summary>
public class LayerTests
{
    // From the ground up. Those of the last line do not know each other.
    private static readonly string[] Floors = ["Klp.Elf", "Klp.DebugInfo", "Klp.Kernel", "Klp.Livepatch", "Klp.Patching", "Klp.Kbuild", "Klp.Boot"];
    private static readonly string[] Roofs = ["Klp.Build.Tasks", "Klp.TestAdapter", "Klp.Tool"];

    private static readonly Lazy<NamespaceUses> Uses = new(() => new NamespaceUses(SourceTree.Compile()));

    public static TheoryData<string> Projects => [.. SourceTree.Projects];

    [Fact]
    public void Every_project_has_its_floor() => Assert.Equal([.. Floors.Concat(Roofs).Order()], SourceTree.Projects.Order());

    [Theory]
    [MemberData(nameof(Projects))]
    public void No_namespaces_of_a_project_refer_to_each_other_in_a_circle(string project) =>
        Assert.Empty(Uses.Value.FindCircle(project));

    [Fact]
    public void A_project_uses_only_those_below_it()
    {
        (string From, string To, string Place)[] uses = [.. Uses.Value.Between(SourceTree.Projects)];
        Assert.Contains(uses, use => use is { From: "Klp.Livepatch", To: "Klp.Kernel" });
        Assert.DoesNotContain(uses, use => !IsBelow(use.To, use.From) && !IsLinked(use.Place));
    }

    [Theory]
    [InlineData("class A { B.X.U used; }", "class U { }", 0)]
    [InlineData("class A { B.X.U used; }", "class U { A.A back; }", 2)]
    [InlineData("class A { void M() => B.X.U.Call(); internal static int N; }", "class U { internal static int Call() => P.A.A.N; }", 2)]
    public void A_circle_is_found_by_what_names_mean(string first, string second, int steps)
    {
        NamespaceUses uses = new(SourceTree.Compile(
            [("a.cs", $"namespace P.A;\n{first}"), ("b.cs", $"namespace P.B.X;\n{second}")]));
        Assert.Equal(steps, uses.FindCircle("P").Count);
    }

    // The words of a project file are one source, compiled into both assemblies that speak of it.
    private static bool IsLinked(string place) => place.EndsWith(": ProjectWords", StringComparison.Ordinal);

    private static bool IsBelow(string used, string user) =>
        Floors.Contains(used) && (Roofs.Contains(user) || Array.IndexOf(Floors, used) < Array.IndexOf(Floors, user));
}
