using Klp.Kernel.Diagnostics;

namespace Klp.Kernel.Modules;

/// <summary>What there is to say of module files.</summary>
internal static class ModuleFileMessages
{
    internal static Diagnostic ExportsDamaged(string path, string problem) => DiagnosticCodes.ModuleUnreadable.At(
        new SourcePlace(path), $"The exports cannot be read: {DiagnosticText.Sentence(problem)} Build the module anew.");
}
