using Klp.Livepatch.Diagnostics;
using Klp.Livepatch.Kernel;
using Klp.Livepatch.Modules;

namespace Klp.Livepatch.Validation;

/// <summary>The signature (kernel/module/signing.c, module_sig_check). Whether its key is the kernel's own is not known here.</summary>
internal static class SignatureRules
{
    /// <summary>Checks the signature and returns the module without it.</summary>
    internal static ReadOnlyMemory<byte> Check(ReadOnlyMemory<byte> file, string fileName, KernelTree tree, DiagnosticBag diagnostics)
    {
        // Without CONFIG_MODULE_SIG the kernel takes it for bytes behind the module.
        ModuleSignature? signature = ModuleSignature.Read(file);
        SourcePlace place = new(fileName);
        if (signature is null or { IsUnknown: true } && tree.Config.IsEnabled("MODULE_SIG_FORCE"))
            diagnostics.AddWarning(DiagnosticCodes.SignatureMissing, $"The kernel {tree.Release} is configured with CONFIG_MODULE_SIG_FORCE, and the module is not signed with PKCS#7. The kernel would refuse it: \"Loading of {(signature is null ? "unsigned module" : "module with unsupported crypto")} is rejected\". Set KlpSigningKey and KlpSigningCertificate to a key that the kernel trusts, or sign the finished module with the kernel's scripts/sign-file.", place);
        else if (signature is { IsUnknown: false, Problem: { } problem } && tree.Config.IsEnabled("MODULE_SIG"))
            diagnostics.AddError(DiagnosticCodes.SignatureDamaged, $"The module's signature cannot be read: \"{problem}\". The kernel refuses a module with such a signature even where it takes unsigned ones. Sign the converted module anew.", place);
        return signature?.Module ?? file;
    }
}
