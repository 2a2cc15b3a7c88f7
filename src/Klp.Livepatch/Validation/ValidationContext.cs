using Klp.Elf;
using Klp.Livepatch.Diagnostics;
using Klp.Livepatch.Kernel;

namespace Klp.Livepatch.Validation;

/// <summary>A module under validation and the kernel it is for.</summary>
internal sealed class ValidationContext
{
    /// <summary>The finished module.</summary>
    internal required ElfObject Module { get; init; }

    /// <summary>The format's dialect of the kernel.</summary>
    internal required KernelDialect Dialect { get; init; }

    /// <summary>The exports of the kernel and its modules.</summary>
    internal required ModuleSymvers Exports { get; init; }

    /// <summary>The kernel's release, for messages.</summary>
    internal required string Release { get; init; }

    /// <summary>Receives what the kernel would refuse or get wrong.</summary>
    internal required DiagnosticBag Diagnostics { get; init; }

    /// <summary>Adds an error about the module as a whole.</summary>
    internal void AddError(string code, string message) => Diagnostics.AddError(code, message, new SourcePlace(Module.FileName));
}
