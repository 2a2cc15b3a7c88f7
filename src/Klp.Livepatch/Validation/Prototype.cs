using Klp.DebugInfo.Types;

namespace Klp.Livepatch.Validation;

/// <summary>Judges types of functions, as of one that takes another's place.</summary>
internal static class Prototype
{
    /// <summary>
    /// True when callers of one function cannot tell that another was called in its place: what it takes are the first
    /// parameters of the old one, or all, and it returns what the old one did, or anything in registers where that was nothing.
    /// </summary>
    /// <param name="type">The type of the function that is called.</param>
    /// <param name="old">The type of the function that callers know.</param>
    internal static bool CanReplace(DebugType type, DebugType old)
    {
        if (type.Kind != DebugTypeKind.Function || old.Kind != DebugTypeKind.Function)
            return type.Agrees(old);
        bool returns = old.Target.Plain.Kind == DebugTypeKind.Void
            ? type.Target.Plain.Kind is not (DebugTypeKind.Structure or DebugTypeKind.Union)
            : type.Target.Agrees(old.Target);
        return returns && type.IsVariadic == old.IsVariadic && type.Parameters.Count <= old.Parameters.Count
            && type.Parameters.Zip(old.Parameters).All(pair => pair.First.Agrees(pair.Second));
    }
}
