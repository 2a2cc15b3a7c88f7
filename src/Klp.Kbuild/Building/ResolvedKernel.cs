using Klp.Kbuild.Runs;

namespace Klp.Kbuild.Building;

/// <summary>What is found out about a kernel, and from what.</summary>
/// <param name="Cache">The answers.</param>
/// <param name="Inputs">The files that they depend on, as absolute paths.</param>
/// <param name="ToolPlaces">Where tools are looked for, whether they are there or not.</param>
/// <param name="DatabaseInputs">The files that the kernel's symbol database is made from.</param>
public sealed record ResolvedKernel(
    KernelCache Cache, IReadOnlyList<string> Inputs, IReadOnlyList<string> ToolPlaces, IReadOnlyList<string> DatabaseInputs);
