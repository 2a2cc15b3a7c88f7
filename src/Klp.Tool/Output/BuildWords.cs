using Klp.Kernel.Diagnostics;

namespace Klp.Tool.Output;

/// <summary>What messages call what the user of <c>klp build</c> writes: its options.</summary>
internal static class BuildWords
{
    internal static HostWords All { get; } = new(new Dictionary<HostWord, string>
    {
        [HostWord.Tree] = "--kernel",
        [HostWord.Vmlinux] = "--vmlinux",
        [HostWord.ExternalModule] = "--external-module",
        [HostWord.ExternalModulesIn] = "--external-module {0}/NAME.ko",
        [HostWord.Database] = "--symbols",
        [HostWord.CrossCompile] = "--cross-compile",
        [HostWord.CompilerFlags] = "--option",
        [HostWord.IncludeDirectories] = "--include",
        [HostWord.Source] = "file",
        [HostWord.Compression] = "--compress",
        [HostWord.KeyFile] = "--signing-key",
        [HostWord.CertificateFile] = "--signing-certificate",
        [HostWord.HowToSign] = "Sign with --signing-key and --signing-certificate of a key that the kernel trusts",
        [HostWord.PatchedPosition] = "old_sympos in the klp_func, or the position in --function",
        [HostWord.FunctionItem] = "--function",
        [HostWord.TheFunction] = "--function",
        [HostWord.NewFunction] = "the new function ",
        [HostWord.WithNewFunction] = "after the \"=\" of --function",
        [HostWord.Position] = "the position ",
        [HostWord.ObjectItem] = "--callback",
        [HostWord.StateItem] = "klp_state",
        [HostWord.Replace] = "--replace",
        [HostWord.ModuleName] = "--module-name",
        [HostWord.Launcher] = "--launcher",
        [HostWord.Environment] = "--environment",
        [HostWord.WorkFolder] = "--keep",
        [HostWord.Sign] = "--sign",
        [HostWord.SigningHash] = "--signing-hash",
        [HostWord.Setting] = "option",
        [HostWord.Item] = "file",
        [HostWord.CorrectSource] = "Correct its name",
        [HostWord.PathsInOptions] = "What is in the kernel's source is named by $(srctree), as in -I$(srctree)/drivers/net",
        [HostWord.Qemu] = "--qemu",
        [HostWord.KernelSource] = "--kernel-source",
        [HostWord.Strip] = "--strip",
    });
}
