using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Klp.Kernel.Facts;
using Klp.Kernel.Modules;
using Klp.Kernel.SymbolTables;
using Klp.Kernel.Trees;
using Klp.Livepatch.Modules;

namespace Klp.Livepatch.Manifest;

/// <summary>
/// What a finished livepatch is for, as the build's <c>&lt;module&gt;.klp.json</c>: the kernel it was made against, what it
/// patches, and which modules must be loaded in which order. The same inputs give the same text.
/// </summary>
public sealed record LivepatchManifest
{
    /// <summary>The version of this form.</summary>
    public int FormatVersion { get; } = 1;

    /// <summary>The livepatch's run-time name.</summary>
    public required string Module { get; init; }

    /// <summary>SHA-256 of the module's file, in hexadecimal digits.</summary>
    public required string Sha256 { get; init; }

    /// <summary>The kernel it is for.</summary>
    public required ManifestKernel Kernel { get; init; }

    /// <summary>The patched objects, in the order of the module.</summary>
    public required IReadOnlyList<ManifestObject> Patches { get; init; }

    /// <summary>The modules that must be loaded before the livepatch, or the kernel refuses it.</summary>
    public required IReadOnlyList<string> LoadBefore { get; init; }

    /// <summary>The patched modules that may be loaded before or after it.</summary>
    public required IReadOnlyList<string> LoadBeforeOrAfter { get; init; }

    /// <summary>The patches of the kernel's source that it was made from; null, and not in the text, where there are none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ManifestOrigin? MadeFrom { get; init; }

    /// <summary>Describes a finished livepatch.</summary>
    /// <param name="livepatch">The module.</param>
    /// <param name="file">The bytes of its file, which may be compressed.</param>
    /// <param name="tree">The kernel it is for.</param>
    /// <param name="databasePath">The symbol database it was converted with, or null.</param>
    /// <exception cref="IOException">A file of the kernel cannot be read.</exception>
    public static LivepatchManifest Create(LivepatchModule livepatch, byte[] file, KernelTree tree, string? databasePath)
    {
        ArgumentNullException.ThrowIfNull(livepatch);
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(tree);
        LivepatchSummary summary = LivepatchSummary.Of(livepatch);
        ILookup<string, string> needs = Needs(livepatch);
        // Relocations of vmlinux are applied as the livepatch loads.
        HashSet<string> before = [.. summary.Depends.Select(ModuleName.FromPath), .. needs[ModuleName.Vmlinux]];
        return new LivepatchManifest
        {
            Module = summary.Name,
            Sha256 = Convert.ToHexStringLower(SHA256.HashData(file)),
            Kernel = new ManifestKernel(
                tree.Release, tree.Architecture.DisplayName, VmlinuxBuildId(tree), databasePath is null ? null : HashOf(databasePath)),
            Patches = [.. summary.Patches.Select(patched => new ManifestObject(
                patched.Name,
                SourceVersion(tree, patched.Name),
                patched.Functions,
                [.. needs[patched.Name].Where(name => name != patched.Name).Distinct().Order(StringComparer.Ordinal)]))],
            LoadBefore = [.. before.Order(StringComparer.Ordinal)],
            LoadBeforeOrAfter = [.. summary.Patches
                .Select(patched => patched.Name)
                .Where(name => name != ModuleName.Vmlinux && !before.Contains(name))
                .Distinct()],
        };
    }

    /// <summary>The manifest as JSON, with a line feed at its end.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, ManifestJson.Indented.LivepatchManifest) + "\n";

    // By the object whose loading applies a relocation: the modules that provide its symbol.
    private static ILookup<string, string> Needs(LivepatchModule module) =>
        (from section in module.LivepatchSections
         from relocation in section.Relocations
         let symbol = LivepatchNames.ParseSymbol(relocation.Symbol?.Name ?? "")
         where symbol is not null && symbol.ObjectName != ModuleName.Vmlinux
         select (Applied: LivepatchNames.ParseRelocationSection(section.Name) ?? "", symbol.ObjectName))
            .ToLookup(need => need.Applied, need => need.ObjectName);

    private static string? VmlinuxBuildId(KernelTree tree) => tree.Vmlinux is { } vmlinux ? BuildId.Read(vmlinux.Image) : null;

    private static string? SourceVersion(KernelTree tree, string objectName) =>
        tree.OpenModule(objectName) is { } module ? ModuleInfo.Read(module.Image).Find("srcversion") : null;

    private static string HashOf(string path)
    {
        using FileStream stream = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }
}
