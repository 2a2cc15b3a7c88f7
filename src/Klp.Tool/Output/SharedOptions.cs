using System.CommandLine;
using System.CommandLine.Parsing;

namespace Klp.Tool.Output;

/// <summary>
/// Options that several commands have, so that they are the same in each, and what is checked of every file that is named.
/// </summary>
internal static class SharedOptions
{
    /// <summary><c>--json</c>: what is reported as JSON.</summary>
    internal static Option<bool> Json { get; } = new("--json") { Description = "Write what is reported as JSON on standard output." };

    /// <summary><c>--module</c>.</summary>
    internal static Option<string[]> Module() => new Option<string[]>("--module", "-m")
    {
        Description = "A module that was built outside the kernel tree. May be given more than once.",
        HelpName = "FILE",
        DefaultValueFactory = _ => [],
    }.MustNameFiles();

    /// <summary><c>--kernel</c>.</summary>
    internal static Option<string> Kernel() => new("--kernel", "-k")
    {
        Description = "The kernel tree: the directory in which the kernel was built, or a distribution's headers. Default: "
            + "$KLP_KERNEL_TREE.",
        HelpName = "DIR",
        DefaultValueFactory = _ => Environment.GetEnvironmentVariable("KLP_KERNEL_TREE") ?? "",
    };

    /// <summary><c>--vmlinux</c> of commands that take a kernel tree.</summary>
    internal static Option<string?> Vmlinux() => new Option<string?>("--vmlinux")
    {
        Description = "The kernel's vmlinux, or what was split from it, where neither the tree nor an installed package has it.",
        HelpName = "FILE",
    }.MustNameFiles();

    /// <summary><c>--format</c>.</summary>
    internal static Option<ReportFormat> Format()
    {
        Option<ReportFormat> option = new("--format", "-f")
        {
            Description = "text on standard error, or json or sarif (2.1.0) on standard output.",
            HelpName = "text|json|sarif",
            // The library's own message names a type of ours.
            CustomParser = result => ReadFormat(result),
        };
        option.CompletionSources.Add([.. Formats.Keys]);
        return option;
    }

    private static readonly Dictionary<string, ReportFormat> Formats = new(StringComparer.OrdinalIgnoreCase)
    {
        ["text"] = ReportFormat.Text,
        ["json"] = ReportFormat.Json,
        ["sarif"] = ReportFormat.Sarif,
    };

    private static ReportFormat ReadFormat(ArgumentResult result)
    {
        string text = result.Tokens[^1].Value;
        if (!Formats.TryGetValue(text, out ReportFormat format))
            result.AddError($"--format is \"{text}\" and has to be text, json or sarif.");
        return format;
    }

    /// <summary><c>--cross-compile</c>.</summary>
    internal static Option<string> CrossCompile() => new("--cross-compile")
    {
        Description = "The prefix of the compiler. Default: $CROSS_COMPILE, or the usual one of the kernel's architecture.",
        HelpName = "PREFIX",
        DefaultValueFactory = _ => Environment.GetEnvironmentVariable("CROSS_COMPILE") ?? "",
    };

    /// <summary><c>--launcher</c>.</summary>
    internal static Option<string> Launcher() => new("--launcher")
    {
        Description = "A program that calls the compiler, such as ccache.",
        HelpName = "PROGRAM",
        DefaultValueFactory = _ => "",
    };

    /// <summary>Refuses an empty name.</summary>
    internal static Option<T> MustNameFiles<T>(this Option<T> option)
    {
        option.Validators.Add(result => RefuseEmpty(result, option.Name, result.Tokens));
        return option;
    }

    /// <summary>Refuses an empty name.</summary>
    internal static Argument<T> MustNameFiles<T>(this Argument<T> argument)
    {
        argument.Validators.Add(result => RefuseEmpty(result, argument.Name, result.Tokens));
        argument.Validators.Add(RefuseOptions);
        return argument;
    }

    private static void RefuseEmpty(SymbolResult result, string name, IReadOnlyList<Token> values)
    {
        if (values.Any(value => value.Value.Length == 0))
            result.AddError($"{name} is empty, where a file has to be named. Is a variable of the shell not set?");
    }

    // An option that the command does not have is an argument to the parser.
    private static void RefuseOptions(ArgumentResult result)
    {
        IList<Option> known = (result.Parent as CommandResult)?.Command.Options ?? [];
        foreach (string value in result.Tokens.Select(token => token.Value).Where(value => value.StartsWith('-') && value.Length > 1))
        {
            string? near = known.Select(option => option.Name).FirstOrDefault(name => IsNear(Letters(name), Letters(value.Split('=')[0])));
            string advice = near is null ? "" : $" Did you mean {near}?";
            result.AddError($"There is no option {value}.{advice} A file of that name is ./{value}.");
        }
    }

    // --dryrun and --patches are near --dry-run and --patch.
    private static bool IsNear(string known, string given) => known.Length > 1 && given.Length > 1
        && (given.StartsWith(known, StringComparison.OrdinalIgnoreCase) || known.StartsWith(given, StringComparison.OrdinalIgnoreCase));

    private static string Letters(string option) => option.Replace("-", "", StringComparison.Ordinal);
}
