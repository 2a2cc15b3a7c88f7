using Klp.Kernel.Diagnostics;
using Klp.Livepatch.Conversion;

namespace Klp.Livepatch.Tests.Support;

/// <summary>Asserts about diagnostics.</summary>
internal static class Expect
{
    /// <summary>Asserts that there is nothing to tell.</summary>
    internal static void Nothing(IEnumerable<Diagnostic> diagnostics) => Codes(diagnostics);

    /// <summary>Asserts that nothing is wrong; there may be something worth knowing.</summary>
    internal static void NothingWrong(IEnumerable<Diagnostic> diagnostics) => Nothing(diagnostics.Where(diagnostic => diagnostic.Severity != DiagnosticSeverity.Info));

    /// <summary>Asserts that the second reader finds what was planned.</summary>
    /// <returns>The converted module.</returns>
    internal static byte[] SecondReaderAgrees(ConversionPlan plan, byte[] converted)
    {
        DiagnosticBag diagnostics = new();
        bool agrees = SecondReader.Agrees(plan, converted, diagnostics);
        Nothing(diagnostics);
        Assert.True(agrees);
        return converted;
    }

    /// <summary>Asserts the codes of all diagnostics, in order.</summary>
    internal static void Codes(IEnumerable<Diagnostic> diagnostics, params string[] codes) =>
        Assert.True(diagnostics.Select(diagnostic => diagnostic.Code).SequenceEqual(codes), $"Expected: {string.Join(' ', codes)}\nActual:\n{string.Join('\n', diagnostics)}");

    /// <summary>Asserts that an error is all there is to tell.</summary>
    internal static Diagnostic Error(string code, IEnumerable<Diagnostic> diagnostics) => Only(DiagnosticSeverity.Error, code, diagnostics);

    /// <summary>Asserts that a warning is all there is to tell.</summary>
    internal static Diagnostic Warning(string code, IEnumerable<Diagnostic> diagnostics) => Only(DiagnosticSeverity.Warning, code, diagnostics);

    /// <summary>Asserts that an information is all there is to tell.</summary>
    internal static Diagnostic Info(string code, IEnumerable<Diagnostic> diagnostics) => Only(DiagnosticSeverity.Info, code, diagnostics);

    private static Diagnostic Only(DiagnosticSeverity severity, string code, IEnumerable<Diagnostic> diagnostics)
    {
        Codes(diagnostics, code);
        Diagnostic only = diagnostics.Single();
        Assert.Equal(severity, only.Severity);
        return only;
    }
}
