using System.Text;

namespace Klp.Build.Tasks.Kbuild;

/// <summary>The makefile that tells kbuild what to build in the stage (Documentation/kbuild/modules.rst).</summary>
internal sealed record KbuildMakefile
{
    /// <summary>The stage's folder.</summary>
    public required string StageDirectory { get; init; }

    /// <summary>The kernel's build directory.</summary>
    public required string BuildDirectory { get; init; }

    /// <summary>The module's name.</summary>
    public required string ModuleName { get; init; }

    /// <summary>What is in the stage.</summary>
    public required StageLayout Layout { get; init; }

    /// <summary>The Module.symvers of external modules.</summary>
    public required IReadOnlyList<string> ExportLists { get; init; }

    /// <summary>True to ask for line information, which the kernel's own flags do not.</summary>
    public required bool AddLineInformation { get; init; }

    /// <summary>The user's options, as kbuild's ccflags-y takes them.</summary>
    public required string UserOptions { get; init; }

    /// <inheritdoc/>
    public override string ToString()
    {
        StringBuilder text = new();
        text.Append("# Made by Klp.Sdk; changes are overwritten.\n");
        text.Append($"obj-m := {ModuleName}.o\n");
        text.Append($"{ModuleName}-y := {string.Join(' ', Layout.Sources.Select(source => source.ObjectName + ".o"))}\n");
        if (ExportLists.Count > 0)
            text.Append($"KBUILD_EXTRA_SYMBOLS := {string.Join(' ', ExportLists.Select((_, index) => $"{StageDirectory}/{StageLayout.ExportListLink(index)}"))}\n");
        text.Append($"ccflags-y := -I{StageDirectory}/{StageLayout.IncludeLink}\n");
        if (AddLineInformation)
            text.Append("# Code does not depend on it; messages about the module's code name the user's lines with it.\nccflags-y += -g1\n");
        if (Layout.Tables is { } tables)
        {
            string header = Path.ChangeExtension(Path.GetFileName(tables.Path), ".h");
            text.Append("# The functions that the tables name are called from nowhere in the module, so no header declares them.\n");
            text.Append($"ccflags-y += -Wno-missing-prototypes -Wno-missing-declarations -include {StageDirectory}/{tables.Folder.Link}/{header}\n");
        }

        if (UserOptions.Trim().Length > 0)
            text.Append($"ccflags-y += {string.Join(' ', UserOptions.Split((char[])['\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))}\n");

        AppendPrefixMaps(text);
        // Such a source lies beside its link, not in its folder, where its headers are.
        foreach (StagedSource source in Layout.Sources.Where(source => source.Link is not null))
            text.Append($"CFLAGS_{source.ObjectName}.o += -iquote {StageDirectory}/{source.Folder.Link} -ffile-prefix-map={StageDirectory}/{source.Folder.Link}/={source.Folder.Prefix}\n");
        return text.ToString();
    }

    // Two copies of a project in different folders give the same bytes. The compiler takes the last map that fits, and
    // runs in the stage (since 6.13) or in the build directory (before), where it knows the sources by absolute paths.
    private void AppendPrefixMaps(StringBuilder text)
    {
        text.Append("# __FILE__ and line information have paths of the project, not of this folder.\n");
        text.Append($"ccflags-y += -fdebug-prefix-map={BuildDirectory}=. -ffile-prefix-map={StageDirectory}=.\n");
        IEnumerable<(string From, string To)> maps = Layout.Folders.Select(folder => (folder.Link + "/", folder.Prefix))
            .Concat(Layout.Sources.Where(source => source.Link is not null).Select(source => (source.Link!, source.DisplayName)));
        foreach ((string from, string to) in maps)
        {
            string staged = $"{StageLayout.WrapperFolder}/../{from}";
            text.Append($"ccflags-y += -ffile-prefix-map={staged}={to} -ffile-prefix-map={StageDirectory}/{staged}={to}\n");
        }
    }
}
