using System.Text;
using Klp.Kbuild.Options;
using Klp.Kbuild.Paths;

namespace Klp.Kbuild.Stages;

/// <summary>The makefile that tells kbuild what to build in the stage (Documentation/kbuild/modules.rst).</summary>
public sealed record KbuildMakefile
{
    /// <summary>The stage's folder.</summary>
    public required string StageDirectory { get; init; }

    /// <summary>The kernel's build directory.</summary>
    public required string BuildDirectory { get; init; }

    /// <summary>The module's name.</summary>
    public required string ModuleName { get; init; }

    /// <summary>What is in the stage.</summary>
    public required StageLayout Layout { get; init; }

    /// <summary>The objects that are there already, in the order in which they are linked: behind the user's, before the tables.</summary>
    public IReadOnlyList<LinkedObject> Objects { get; init; } = [];

    /// <summary>The Module.symvers of external modules.</summary>
    public required IReadOnlyList<string> ExportLists { get; init; }

    /// <summary>True to ask for line information, which the kernel's own flags do not.</summary>
    public required bool AddLineInformation { get; init; }

    private IEnumerable<string> ObjectNames =>
    [
        .. Layout.UsersSources.Select(source => source.ObjectName),
        .. Objects.Select(linked => linked.ObjectName),
        .. Layout.Sources.Skip(Layout.UsersSources.Count).Select(source => source.ObjectName),
    ];

    /// <inheritdoc/>
    public override string ToString()
    {
        StringBuilder text = new();
        text.Append("# Made by Klp.Sdk; changes are overwritten.\n");
        text.Append($"obj-m := {ModuleName}.o\n");
        text.Append($"{ModuleName}-y := {string.Join(' ', ObjectNames.Select(name => name + ".o"))}\n");
        if (ExportLists.Count > 0)
            text.Append(
                "KBUILD_EXTRA_SYMBOLS := "
                + $"{string.Join(' ', ExportLists.Select((_, index) => $"{StageDirectory}/{StageLayout.ExportListLink(index)}"))}\n");
        text.Append($"ccflags-y := -I{StageDirectory}/{StageLayout.IncludeLink}\n");
        if (AddLineInformation)
            text.Append(
                "# Code does not depend on it; messages about the module's code name the user's lines with it.\nccflags-y += -g1\n");
        AppendPrefixMaps(text);
        text.Append("# What follows is for C.\nasflags-y := $(ccflags-y)\n");
        if (Layout.Tables is { } tables)
        {
            string header = Path.ChangeExtension(Path.GetFileName(tables.Path), ".h");
            text.Append("# The functions that the tables name are called from nowhere in the module, so no header declares them.\n");
            text.Append(
                "ccflags-y += -Wno-missing-prototypes -Wno-missing-declarations -include "
                + $"{StageDirectory}/{tables.Folder.Link}/{header}\n");
        }

        AppendUserOptions(text);
        if (Layout.Sources.Any(source => source.IsAssembler))
            text.Append(
                "# Whether the assembler can list what it includes.\nlists-inputs := $(call as-option,-Wa$(comma)--MD$(comma)/dev/null)\n");
        foreach (StagedSource source in Layout.Sources)
            AppendSourceFlags(text, source);
        return text.ToString();
    }

    private void AppendUserOptions(StringBuilder text)
    {
        IReadOnlyList<CompileOption> options = Layout.Options.Options;
        if (options.Count > 0)
            text.Append($"ccflags-y += {string.Join(' ', options.Select(option => option.ToString(StageDirectory)))}\n");
        if (options.Any(option => option.IsForAssembler))
        {
            IEnumerable<CompileOption> ofAssembler = options.Where(option => option.IsForAssembler);
            text.Append($"asflags-y += {string.Join(' ', ofAssembler.Select(option => option.ToString(StageDirectory)))}\n");
        }
    }

    private void AppendSourceFlags(StringBuilder text, StagedSource source)
    {
        string folder = $"{StageDirectory}/{source.Folder.Link}";
        // Such a source lies beside its link, not in its folder, where its headers are.
        string flags = source.Link is null ? "" : $" -iquote {folder} -ffile-prefix-map={folder}/={source.Folder.Prefix}";
        // What the assembler itself includes lies beside the source.
        if (source.IsAssembler)
            flags += $" -Wa,-I{folder} $(if "
                + $"$(lists-inputs),-Wa$(comma)--MD$(comma){StageDirectory}/{AssemblerDependencies.ListOf(source.ObjectName)})";
        // kbuild asks for the headers that are not the system's (-MMD), with the same file; the last one holds. gcc names the
        // system's by paths without links, but for an option.
        if (Layout.Options.HasSystemHeaders)
            flags += " -Wp,-MD,$(depfile) $(call cc-option,-fno-canonical-system-headers)";
        if (flags.Length > 0)
            text.Append($"{(source.IsAssembler ? "AFLAGS" : "CFLAGS")}_{source.ObjectName}.o +={flags}\n");
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

        foreach (SourceFolder folder in Layout.Options.Folders)
            text.Append($"ccflags-y += -ffile-prefix-map={StageDirectory}/{folder.Link}/={folder.Prefix}\n");
    }
}
