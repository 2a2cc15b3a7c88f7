using System.Globalization;
using System.Text.RegularExpressions;

namespace Klp.Tests;

/// <summary>The programs of LLVM as Debian names them, with the major version: clang-19, ld.lld-19.</summary>
internal static partial class Llvm
{
    // What eng/packages.sh installs. The kernel takes no clang before 17.
    private const int Packaged = 19;
    private const int Oldest = 17;

    private static readonly Lazy<int> Version = new(Find);

    /// <summary>The name of one of them, of the newest LLVM that is here with compiler, linker and binutils; fails the test where none is.</summary>
    /// <param name="name">Its name without the version: <c>clang</c>, <c>ld.lld</c>, <c>llvm-objdump</c>, <c>clangd</c>.</param>
    internal static string Program(string name)
    {
        string program = Named(name, Version.Value);
        Tool.Require(program, name switch
        {
            "ld.lld" => Named("lld", Version.Value),
            "clang" or "clangd" => program,
            _ => Named("llvm", Version.Value),
        });
        return program;
    }

    private static int Find() => Tool.SearchPath
        .Where(Directory.Exists)
        .SelectMany(folder => Directory.EnumerateFiles(folder, "clang-*"))
        .Select(path => Compiler().Match(Path.GetFileName(path)))
        .Where(match => match.Success)
        .Select(match => int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture))
        .Where(version => version >= Oldest && ((string[])["ld.lld", "llvm-objdump", "llvm-strip"]).All(name => Tool.IsInstalled(Named(name, version))))
        .DefaultIfEmpty(Packaged)
        .Max();

    private static string Named(string name, int version) => $"{name}-{version.ToString(CultureInfo.InvariantCulture)}";

    [GeneratedRegex(@"^clang-(\d+)$")]
    private static partial Regex Compiler();
}
