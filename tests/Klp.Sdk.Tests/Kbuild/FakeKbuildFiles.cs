using Klp.Kbuild.Output;
using Klp.Kbuild.Stages;

namespace Klp.Sdk.Tests.Kbuild;

/// <summary>A stage in /stage whose s0 is the user's /project, and objects of which each symbol is in a line of its own.</summary>
internal sealed class FakeKbuildFiles : IKbuildFiles
{
    private readonly StageLayout layout = new("/project", ["/project/a.c", "/project/b.c"]);

    public Dictionary<string, int> Lines { get; } = [];

    public CompilerFile Resolve(string path)
    {
        string staged = path.StartsWith("/stage/", StringComparison.Ordinal) ? path["/stage/".Length..] : path;
        return (layout.FromStage(staged) ?? layout.Sources.FirstOrDefault(source => path == source.DisplayName || path == "./" + source.DisplayName)?.Path) is { } user
            ? new CompilerFile(user, IsUsers: true, IsWrapper: !staged.Contains("s0", StringComparison.Ordinal))
            : new CompilerFile(path, IsUsers: false);
    }

    public bool Exists(string path) => path.StartsWith("/stage/there/", StringComparison.Ordinal);

    public ParsedPlace? Locate(string objectPath, string symbol, ulong offset) =>
        Lines.TryGetValue($"{objectPath} {symbol}+{offset}", out int line)
            ? new ParsedPlace(objectPath.EndsWith("mod.o", StringComparison.Ordinal) ? new CompilerFile("/project/a.c", IsUsers: true) : Resolve(objectPath), line, 0)
            : null;
}
