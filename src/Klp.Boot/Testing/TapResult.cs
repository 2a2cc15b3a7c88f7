namespace Klp.Boot.Testing;

/// <summary>A test line of TAP (testanything.org, version 14): "ok 2 - name # SKIP why".</summary>
/// <param name="Number">Its number, from 1.</param>
/// <param name="Name">Its name; may be empty.</param>
/// <param name="Outcome">A TODO counts as skipped.</param>
/// <param name="Message">The diagnostic lines below a failure, or why it was skipped.</param>
public sealed record TapResult(int Number, string Name, CaseOutcome Outcome, string Message);
