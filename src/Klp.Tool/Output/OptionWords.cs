using System.Text.RegularExpressions;
using Klp.Kernel.Diagnostics;

namespace Klp.Tool.Output;

/// <summary>Says messages about a project's properties and items in the options of <c>klp build</c>, whose user has no project.</summary>
internal static partial class OptionWords
{
    private static readonly Dictionary<string, string> Options = new(StringComparer.Ordinal)
    {
        ["AtomicReplace"] = "--replace",
        ["CacheDirectory"] = "--keep",
        ["CompileOptions"] = "--option",
        ["CompilerLauncher"] = "--launcher",
        ["CrossCompile"] = "--cross-compile",
        ["Environment"] = "--environment",
        ["ExternalModule"] = "--external-module",
        ["Function"] = "--function",
        ["IncludeDirectories"] = "--include",
        ["KernelTree"] = "--kernel",
        ["ModuleAuthors"] = "--author",
        ["ModuleCompression"] = "--compress",
        ["ModuleDescription"] = "--description",
        ["ModuleLicense"] = "--license",
        ["ModuleName"] = "--module-name",
        ["ModuleVersion"] = "--module-version",
        ["Replaces"] = "--replaces",
        ["SignModule"] = "--sign",
        ["SigningCertificate"] = "--signing-certificate",
        ["SigningHash"] = "--signing-hash",
        ["SigningKey"] = "--signing-key",
        ["SymbolDatabase"] = "--symbols",
        ["Vmlinux"] = "--vmlinux",
    };

    private static readonly HostWords Words = new(new Dictionary<HostWord, string>
    {
        [HostWord.Tree] = "--kernel",
        [HostWord.Vmlinux] = "--vmlinux",
        [HostWord.ExternalModule] = "--external-module",
        [HostWord.ExternalModulesIn] = "--external-module {0}/NAME.ko",
        [HostWord.Database] = "--symbols",
        [HostWord.CrossCompile] = "--cross-compile",
        [HostWord.CompilerFlags] = "--option",
        [HostWord.IncludeDirectories] = "--include",
        [HostWord.Source] = "file",
        [HostWord.Compression] = "--compress",
        [HostWord.KeyFile] = "--signing-key",
        [HostWord.CertificateFile] = "--signing-certificate",
        [HostWord.HowToSign] = "Sign with --signing-key and --signing-certificate of a key that the kernel trusts",
        [HostWord.PatchedPosition] = "old_sympos in the klp_func, or the position in --function",
        [HostWord.FunctionItem] = "--function",
        [HostWord.ObjectItem] = "klp_object",
        [HostWord.StateItem] = "klp_state",
        [HostWord.Replace] = "--replace",
        [HostWord.Qemu] = "--qemu",
    });

    // What is said of items and not only with their names.
    private static readonly (string Project, string Command)[] Sentences =
    [
        ("Correct the KlpSource item of the project.", "Correct its name."),
        ("The KlpSource item ", "The file "),
        ("Take the item away.", "Leave it out."),
        ("take the item away; ", "leave it out; "),
        ("Or leave the property out.", "Or leave the option out."),
        (" with the item's metadata With", " after the \"=\" of --function"),
        ("The --function '", "--function '"),
        ("Relative paths start from the project's folder; ", ""),
        ("%24(", "$("),
        (" With=", " the new function "),
        (" Position=", " the position "),
    ];

    /// <summary>A diagnostic in the words of the command.</summary>
    internal static Diagnostic Of(Diagnostic diagnostic) => diagnostic with { Message = Of(diagnostic.Message) };

    /// <summary>A message in the words of the command.</summary>
    internal static string Of(string message)
    {
        message = Words.Fill(message);
        foreach ((string project, string command) in Sentences)
            message = message.Replace(project, command, StringComparison.Ordinal);
        return ProjectName().Replace(message, name => Options.TryGetValue(name.Groups["name"].Value, out string? option) ? option : name.Value);
    }

    [GeneratedRegex(@"(?:[Tt]he property |[Tt]he item |[Tt]he (?=Klp\w+ '))?\bKlp(?<name>[A-Z]\w+)(?: items?\b)?")]
    private static partial Regex ProjectName();
}
