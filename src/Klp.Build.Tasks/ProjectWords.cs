using Klp.Kernel.Diagnostics;

namespace Klp.Build.Tasks;

/// <summary>What messages call what the user of a build writes: items and properties of his project.</summary>
internal static class ProjectWords
{
    internal static HostWords All { get; } = new(new Dictionary<HostWord, string>
    {
        [HostWord.Tree] = "the property KlpKernelTree",
        [HostWord.Vmlinux] = "the property KlpVmlinux",
        [HostWord.ExternalModule] = "the item KlpExternalModule",
        [HostWord.ExternalModulesIn] = "<KlpExternalModule Include=\"{0}/*.ko\" />",
        [HostWord.Database] = "KlpSymbolDatabase",
        [HostWord.CrossCompile] = "KlpCrossCompile",
        [HostWord.CompilerFlags] = "KlpCompileOptions",
        [HostWord.IncludeDirectories] = "KlpIncludeDirectories",
        [HostWord.Source] = "KlpSource item",
        [HostWord.Compression] = "KlpModuleCompression",
        [HostWord.KeyFile] = "KlpSigningKey",
        [HostWord.CertificateFile] = "KlpSigningCertificate",
        [HostWord.HowToSign] = "Set KlpSigningKey and KlpSigningCertificate to a key that the kernel trusts, or sign the finished "
            + "module with the kernel's scripts/sign-file",
        [HostWord.PatchedPosition] = "old_sympos in the klp_func, or Position of the KlpFunction item",
        [HostWord.FunctionItem] = "KlpFunction",
        [HostWord.TheFunction] = "The KlpFunction",
        [HostWord.NewFunction] = "With=",
        [HostWord.WithNewFunction] = "with the item's metadata With",
        [HostWord.Position] = "Position=",
        [HostWord.ObjectItem] = "KlpObject",
        [HostWord.StateItem] = "KlpState",
        [HostWord.Replace] = "KlpAtomicReplace",
        [HostWord.ModuleName] = "the property KlpModuleName",
        [HostWord.Launcher] = "KlpCompilerLauncher",
        [HostWord.Environment] = "KlpEnvironment",
        [HostWord.WorkFolder] = "KlpCacheDirectory",
        [HostWord.Sign] = "KlpSignModule",
        [HostWord.SigningHash] = "KlpSigningHash",
        [HostWord.Setting] = "property",
        [HostWord.Item] = "item",
        [HostWord.CorrectSource] = "Correct the KlpSource item of the project",
        [HostWord.PathsInOptions] = "Relative paths start from the project's folder; what is in the kernel's source is named by "
            + "%24(srctree), as in -I%24(srctree)/drivers/net",
        [HostWord.Qemu] = "KlpQemu",
        [HostWord.KernelSource] = "KlpKernelSource",
        [HostWord.Strip] = "Strip",
    });
}
