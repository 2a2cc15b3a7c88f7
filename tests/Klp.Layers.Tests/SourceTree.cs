using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Klp.Layers.Tests;

/// <summary>The sources below src/ as one compilation, so that a name is resolved over all projects.</summary>
internal static class SourceTree
{
    // What ImplicitUsings adds.
    private const string ImplicitUsings = """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Threading;
        global using System.Threading.Tasks;
        """;

    /// <summary>The folder of the sources.</summary>
    internal static string Root { get; } =
        typeof(SourceTree).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "Sources").Value!;

    /// <summary>The names of the projects that have sources in C#.</summary>
    internal static IReadOnlyList<string> Projects { get; } =
        [.. Directory.GetDirectories(Root).Select(folder => Path.GetFileName(folder)).Where(name => Files(name).Any())];

    /// <summary>Compiles all of it.</summary>
    internal static CSharpCompilation Compile() => Compile(Projects.SelectMany(Files).Select(file => (file, File.ReadAllText(file))));

    /// <summary>Compiles texts.</summary>
    internal static CSharpCompilation Compile(IEnumerable<(string Path, string Text)> sources)
    {
        string platform = (string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!;
        CSharpParseOptions options = new(LanguageVersion.Preview);
        return CSharpCompilation.Create(
            "sources",
            sources.Append(("ImplicitUsings.cs", ImplicitUsings)).Select(source => CSharpSyntaxTree.ParseText(source.Item2, options, source.Item1)),
            platform.Split(':').Select(file => MetadataReference.CreateFromFile(file)));
    }

    /// <summary>The sources of a project.</summary>
    internal static IEnumerable<string> Files(string project) =>
        Directory.GetFiles(Path.Combine(Root, project), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/bin/", StringComparison.Ordinal));
}
