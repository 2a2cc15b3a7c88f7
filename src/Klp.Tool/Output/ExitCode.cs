using System.CommandLine;
using System.CommandLine.Parsing;
using Klp.Boot.Host;
using Klp.Elf.Constants;

namespace Klp.Tool.Output;

/// <summary>The exit codes of every command, and how a failure becomes one: a line on stderr, never a stack trace.</summary>
internal static class ExitCode
{
    /// <summary>Done, and nothing to find fault with.</summary>
    internal const int Success = 0;

    /// <summary>Done, and something was found.</summary>
    internal const int Findings = 1;

    /// <summary>Not done: wrong use, or a file that cannot be read or written.</summary>
    internal const int Failure = 2;

    // How long a cancelled command may go on before the process ends by force: compilers are given seconds to end, and the
    // thousands of links into the kernel's source are removed after them.
    private static readonly TimeSpan TimeToCleanUp = TimeSpan.FromMinutes(1);

    /// <summary>Runs a parsed command line.</summary>
    internal static int Of(ParseResult command)
    {
        if (command.Errors.Count > 0)
        {
            foreach (ParseError error in command.Errors)
                Console.Error.WriteLine($"klp: error: {error.Message}");
            Console.Error.WriteLine($"'{NameOf(command.CommandResult.Command)} --help' shows the use.");
            return Failure;
        }

        try
        {
            return command.Invoke(new InvocationConfiguration
            {
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = TimeToCleanUp,
            });
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or ElfFormatException
            or InvalidDataException or BootSetupException)
        {
            Console.Error.WriteLine($"klp: error: {CommandWords.All.Fill(problem.Message)}");
            return Failure;
        }
        catch (OperationCanceledException)
        {
            Console.Error.WriteLine("klp: cancelled");
            return Failure;
        }
    }

    private static string NameOf(Command command) => command is RootCommand ? "klp" : $"klp {command.Name}";
}
