namespace Klp.Kernel.Diagnostics;

/// <summary>
/// The catalogue of what there is to tell a user: <c>KLP0xxx</c> environment, <c>KLP1xxx</c> compile, <c>KLP2xxx</c> symbol
/// database, <c>KLP3xxx</c> conversion, <c>KLP4xxx</c> load-time rules, <c>KLP5xxx</c> tests, <c>KLP6xxx</c> signing,
/// compression and compiler launchers, <c>KLP7xxx</c> patches of the kernel's source. A code keeps its
/// meaning for ever. The sentences are beside the rules that use them.
/// </summary>
public static partial class DiagnosticCodes
{
    private static DiagnosticDescriptor Error(string code, string title) => new(code, DiagnosticSeverity.Error, title);

    private static DiagnosticDescriptor Warning(string code, string title) => new(code, DiagnosticSeverity.Warning, title);

    private static DiagnosticDescriptor Info(string code, string title) => new(code, DiagnosticSeverity.Info, title);
}
