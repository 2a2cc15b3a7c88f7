using Klp.Kernel.Diagnostics;
using Klp.Kernel.Files;

namespace Klp.Kernel.Symbols;

/// <summary>What there is to say of symbol databases, and of the files that they are made from.</summary>
internal static class DatabaseMessages
{
    private const string MakeAnew =
        "Make it anew with \"klp symbols\"; a database in the build's own cache folder can just be deleted.";

    internal static Diagnostic Compressed(string path) => Malformed(
        path, 1, "The symbol database is compressed. Decompress it, and name the result.");

    internal static Diagnostic WrongHeader(string path, string header) => Malformed(
        path,
        1,
        $"The symbol database begins with \"{DiagnosticText.Excerpt(header)}\", not with \"{SymbolDatabaseFormat.Header}\". {MakeAnew}");

    internal static Diagnostic ObjectTwice(string path, int line, string objectName) => Malformed(
        path,
        line,
        $"The object \"*{DiagnosticText.Excerpt(objectName)}\" begins a second time, so positions in it cannot be counted. {MakeAnew}");

    internal static Diagnostic SymbolOfNoObject(string path, int line, string symbol) => Malformed(
        path,
        line,
        $"The symbol \"{DiagnosticText.Excerpt(symbol)}\" comes before the first object (a line that starts with \"*\"). {MakeAnew}");

    internal static Diagnostic Empty(string path) => Malformed(
        path, 0, $"The symbol database is empty: it has no object (a line that starts with \"*\"). {MakeAnew}");

    internal static Diagnostic NameTwice(string path, string name, string other) => DiagnosticCodes.ExternalModuleName.At(
        new SourcePlace(path),
        $"Two different modules are named {name}: this one and {other}. The kernel loads only one of a name: leave the other out.");

    internal static Diagnostic Unreadable(string path) => DiagnosticCodes.KernelFileUnreadable.At(
        new SourcePlace(path), UnreadableFile.Describe(path));

    internal static Diagnostic KernelDamaged(string path, string problem) => DiagnosticCodes.VmlinuxUnreadable.At(
        new SourcePlace(path),
        $"{Damaged(problem)} Or name its vmlinux with {HostWord.Vmlinux}, or have klp symbols --kallsyms make the database where the "
        + $"kernel runs, and name that with {HostWord.Database}.");

    internal static Diagnostic ModuleDamaged(string path, string problem) => DiagnosticCodes.ModuleUnreadable.At(
        new SourcePlace(path), Damaged(problem));

    private static string Damaged(string problem) =>
        $"The symbols cannot be read: {DiagnosticText.Sentence(problem)} Build or install the kernel and its modules anew.";

    private static Diagnostic Malformed(string path, int line, string message) =>
        DiagnosticCodes.DatabaseMalformed.At(new SourcePlace(path, line), message);
}
