using Klp.Kernel.Diagnostics;
using Klp.Kernel.Trees;
using Klp.Livepatch.Modules;
using Klp.Livepatch.Validation;

namespace Klp.Boot.Tests.LoaderRules;

/// <summary>What validation says of a livepatch that breaks a rule.</summary>
/// <param name="rule">The livepatch.</param>
/// <param name="diagnostics">What validation said.</param>
internal sealed class LoadRulePrediction(LoadRuleCase rule, IReadOnlyCollection<Diagnostic> diagnostics)
{
    private const string Bpf = "BPF: ";

    /// <summary>Validates the file of a livepatch.</summary>
    /// <param name="rule">The livepatch.</param>
    /// <param name="file">Its file.</param>
    /// <param name="tree">The kernel it is for.</param>
    /// <param name="earlier">The file of the livepatch that is in force when it is loaded, or null.</param>
    public static LoadRulePrediction Of(LoadRuleCase rule, string file, KernelTree tree, string? earlier)
    {
        DiagnosticBag diagnostics = new();
        LivepatchModule? module = LivepatchValidator.ValidateFile(file, tree, null, diagnostics);
        if (module is not null && earlier is not null)
            ReplacementValidator.Validate(module, earlier, tree, diagnostics);
        return new LoadRulePrediction(rule, diagnostics);
    }

    /// <summary>In what it contradicts what the kernel did; null if it does not.</summary>
    public string? Contradiction(LoadRuleObservation observation)
    {
        Diagnostic[] wrong = [.. diagnostics.Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error && diagnostic.Code != rule.Code)];
        if (wrong.Length > 0)
            return "It foretells what the kernel does not do: " + string.Join('\n', (object[])wrong);
        if (rule.Code.Length == 0 || rule.NotForetold is not null)
            return null;
        if (!Foretelling.Any())
            return $"It does not say {rule.Code}, but: {string.Join('\n', diagnostics)}";
        return observation.Outcome is LoadRuleOutcome.Wrong or LoadRuleOutcome.Loads || Quotes(observation)
            ? null
            : $"It does not quote the kernel's '{observation.Messages[0]}', but says: {string.Join('\n', Foretelling)}";
    }

    /// <summary>The prediction as the table has it.</summary>
    public string Describe(LoadRuleObservation observation)
    {
        if (Contradiction(observation) is not null)
            return "**contradicts**";
        if (rule.NotForetold is not null)
            return "not foretold: " + rule.NotForetold;
        if (!Foretelling.Any())
            return "no error";
        string foretold = $"{Foretelling.Min(diagnostic => diagnostic.Severity).ToString().ToLowerInvariant()} {rule.Code}";
        return observation.Outcome is LoadRuleOutcome.Refused or LoadRuleOutcome.TargetRefused && observation.Messages.Count > 0
            ? $"{foretold}<br>`{observation.Messages[0]}`"
            : foretold;
    }

    private IEnumerable<Diagnostic> Foretelling => diagnostics.Where(diagnostic => diagnostic.Code == rule.Code && Suffices(diagnostic.Severity));

    private bool Suffices(DiagnosticSeverity severity) => severity == DiagnosticSeverity.Error || rule.RunTime || rule.Outcome is LoadRuleOutcome.Wrong or LoadRuleOutcome.Loads;

    // What follows a number that differs from boot to boot cannot be foretold; who speaks of BTF is not told.
    private bool Quotes(LoadRuleObservation observation)
    {
        if (observation.Messages.Count == 0)
            return true;
        string quoted = observation.Messages[0].Split('…')[0].TrimEnd();
        quoted = quoted.StartsWith(Bpf, StringComparison.Ordinal) ? quoted[Bpf.Length..] : quoted;
        return Foretelling.Any(diagnostic => LoadRuleMessages.Printable(diagnostic.Message).Contains(quoted, StringComparison.Ordinal));
    }
}
