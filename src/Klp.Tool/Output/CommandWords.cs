using Klp.Kernel.Diagnostics;

namespace Klp.Tool.Output;

/// <summary>What messages call what the user of klp writes: options. He may have no project.</summary>
internal static class CommandWords
{
    internal static HostWords All { get; } = new(new Dictionary<HostWord, string>
    {
        [HostWord.Tree] = "the option --kernel",
        [HostWord.Vmlinux] = "the option --vmlinux",
        [HostWord.ExternalModule] = "the option --module",
        [HostWord.ExternalModulesIn] = "--module {0}/NAME.ko",
        [HostWord.Database] = "the option --symbols of klp convert",
        [HostWord.CrossCompile] = "CROSS_COMPILE",
        [HostWord.CompilerFlags] = "ccflags-y of its Makefile",
        [HostWord.IncludeDirectories] = "ccflags-y of its Makefile",
        [HostWord.Source] = "source",
        [HostWord.Compression] = "the compression",
        [HostWord.KeyFile] = "the key",
        [HostWord.CertificateFile] = "the certificate",
        [HostWord.HowToSign] = "Sign the finished module with the kernel's scripts/sign-file and a key that the kernel trusts",
        [HostWord.PatchedPosition] = "old_sympos in the klp_func",
        [HostWord.FunctionItem] = "klp_func",
        [HostWord.TheFunction] = "The klp_func",
        [HostWord.NewFunction] = "the new function ",
        [HostWord.WithNewFunction] = "in new_func",
        [HostWord.Position] = "the position ",
        [HostWord.ObjectItem] = "klp_object",
        [HostWord.StateItem] = "klp_state",
        [HostWord.Replace] = "replace of the klp_patch",
        [HostWord.ModuleName] = "the module's name",
        [HostWord.Launcher] = "CC",
        [HostWord.Environment] = "the environment",
        [HostWord.WorkFolder] = "the folder",
        [HostWord.Sign] = "the signature",
        [HostWord.SigningHash] = "the hash",
        [HostWord.Setting] = "option",
        [HostWord.Item] = "file",
        [HostWord.CorrectSource] = "Correct its name",
        [HostWord.PathsInOptions] = "What is in the kernel's source is named by $(srctree), as in -I$(srctree)/drivers/net",
        [HostWord.Qemu] = "the option --qemu",
        [HostWord.KernelSource] = "the folder of the source",
        [HostWord.Strip] = "-p",
    });
}
