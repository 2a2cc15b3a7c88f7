using Klp.Kernel.Facts;
using Klp.Kernel.SymbolTables;

namespace Klp.Kernel.Tracing;

/// <summary>Why ftrace cannot attach to a symbol, in words that follow its name.</summary>
public static class UntraceableCause
{
    /// <summary>The cause and what to do about it: two sentences.</summary>
    /// <param name="objectName"><c>vmlinux</c> or a module's run-time name.</param>
    /// <param name="symbol">A symbol that has no entry of ftrace.</param>
    public static string Of(string objectName, SymbolCandidate symbol)
    {
        if (symbol.IsData)
            return "is data, not a function, so it cannot be patched. Change data in a callback, or use it in a new function.";
        if (symbol.SectionName is { } init && SectionLife.IsInit(init))
            return "is __init: the kernel frees it when it has started, so it cannot be patched. Patch what is called later.";
        if (objectName == ModuleName.Vmlinux && symbol.SectionName is { } exit && SectionLife.IsExit(exit))
            return "is __exit: the kernel itself never exits and has not kept it, so it cannot be patched. Patch what is called.";
        return "has no entry of ftrace, so it cannot be patched: it is notrace, written in assembly, or in a file compiled "
            + "without tracing. Patch the functions that call it.";
    }
}
