namespace Klp.Livepatch.Conversion;

/// <summary>A livepatch relocation that the kernel would apply wrongly, or not at all, because of the memory that it is for.</summary>
/// <param name="Kind">Why.</param>
/// <param name="Message">What would happen, and the way out.</param>
internal sealed record LoaderHazard(LoaderHazardKind Kind, string Message);
