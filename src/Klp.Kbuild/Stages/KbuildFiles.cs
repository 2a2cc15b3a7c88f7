using Klp.DebugInfo.Dwarf;
using Klp.Elf.Constants;
using Klp.Elf.Model;
using Klp.Kbuild.Output;

namespace Klp.Kbuild.Stages;

/// <summary>Maps what compiler, linker and kbuild name to the user's files.</summary>
public sealed class KbuildFiles(string stageDirectory, string includeDirectory, string buildDirectory, StageLayout layout) : IKbuildFiles
{
    /// <inheritdoc/>
    public CompilerFile Resolve(string path)
    {
        string staged = path.StartsWith(stageDirectory + "/", StringComparison.Ordinal) ? path[(stageDirectory.Length + 1)..] : path;
        if (layout.FromStage(staged) is { } source)
            return new CompilerFile(source, IsUsers: true, IsWrapper: IsWrapper(staged));
        if (staged.StartsWith(StageLayout.IncludeLink + "/", StringComparison.Ordinal))
            return new CompilerFile(Path.GetFullPath(staged[(StageLayout.IncludeLink.Length + 1)..], includeDirectory), IsUsers: false);
        if (Path.IsPathRooted(path))
            return new CompilerFile(Path.GetFullPath(path), IsUsers: false);
        if (layout.FromDisplayName(path) is { } named && File.Exists(named))
            return new CompilerFile(named, IsUsers: true);

        string[] folders = [stageDirectory, buildDirectory];
        string? found = folders.Select(folder => Path.GetFullPath(path, folder)).FirstOrDefault(File.Exists);
        return new CompilerFile(found ?? path, IsUsers: false);
    }

    /// <summary>The real folder or file of an absolute path that an option names, which may be a link of the stage.</summary>
    internal string ResolveFolder(string path) => Resolve(path + "/").Path.TrimEnd('/');

    /// <inheritdoc/>
    public bool Exists(string path) => File.Exists(Resolve(path).Path);

    /// <inheritdoc/>
    public ParsedPlace? Locate(string objectPath, string symbol, ulong offset)
    {
        string file = Path.GetFullPath(objectPath, stageDirectory);
        if (!File.Exists(file))
            return null;

        try
        {
            ElfObject module = ElfObject.Open(file);
            if (module.Symbols.FirstOrDefault(candidate => candidate.Name == symbol && candidate.Section is not null) is not { } found)
                return null;
            return Line(DwarfLineTable.Read(module), new ElfPlace(found.Section!, found.Value), found.Size, offset) is { } line
                ? new ParsedPlace(Resolve(line.File), line.Line, line.Column)
                : null;
        }
        catch (ElfFormatException)
        {
            // The tool that complained about the object may have left it malformed; the message stays without a line.
            return null;
        }
    }

    // The instructions at a function's entry that ftrace patches have no line of their own: a look-up there finds the last
    // line of what comes before, or nothing.
    private static SourceLine? Line(DwarfLineTable lines, ElfPlace start, ulong size, ulong offset)
    {
        if (offset > 0)
            return lines.Find(start + offset);

        SourceLine? before = start.Offset > 0 ? lines.Find(start - 1) : null;
        for (ulong next = 0; next < size; next++)
        {
            if (lines.Find(start + next) is { } line && line != before)
                return line;
        }

        return lines.Find(start);
    }

    private static bool IsWrapper(string staged) =>
        staged.StartsWith(StageLayout.WrapperFolder + "/", StringComparison.Ordinal) && !staged.Contains("/../", StringComparison.Ordinal);
}
