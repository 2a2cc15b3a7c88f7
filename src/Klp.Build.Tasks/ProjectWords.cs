using Klp.Kernel.Diagnostics;

namespace Klp.Build.Tasks;

/// <summary>What messages call what the user of a build writes: items and properties of his project.</summary>
internal static class ProjectWords
{
    internal static HostWords All { get; } = new(new Dictionary<HostWord, string>
    {
        [HostWord.KernelTree] = "the property KlpKernelTree",
        [HostWord.Vmlinux] = "the property KlpVmlinux",
        [HostWord.ExternalModule] = "the item KlpExternalModule",
        [HostWord.ExternalModulesIn] = "<KlpExternalModule Include=\"{0}/*.ko\" />",
        [HostWord.SymbolDatabase] = "KlpSymbolDatabase",
        [HostWord.CrossCompile] = "KlpCrossCompile",
        [HostWord.CompileOptions] = "KlpCompileOptions",
        [HostWord.IncludeDirectories] = "KlpIncludeDirectories",
        [HostWord.Source] = "KlpSource item",
        [HostWord.Compression] = "KlpModuleCompression",
        [HostWord.SigningKey] = "KlpSigningKey",
        [HostWord.SigningCertificate] = "KlpSigningCertificate",
        [HostWord.HowToSign] = "Set KlpSigningKey and KlpSigningCertificate to a key that the kernel trusts, or sign the finished "
            + "module with the kernel's scripts/sign-file",
        [HostWord.PatchedPosition] = "old_sympos in the klp_func, or Position of the KlpFunction item",
        [HostWord.PatchedFunction] = "KlpFunction",
        [HostWord.PatchedObject] = "KlpObject",
        [HostWord.SystemState] = "KlpState",
        [HostWord.Replace] = "KlpAtomicReplace",
        [HostWord.Qemu] = "KlpQemu",
    });
}
