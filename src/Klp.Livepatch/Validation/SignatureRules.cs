using System.Security.Cryptography.X509Certificates;
using Klp.Kernel.Diagnostics;
using Klp.Kernel.Trees;
using Klp.Livepatch.Signing;

namespace Klp.Livepatch.Validation;

/// <summary>The signature (kernel/module/signing.c, module_sig_check). Of the keys that the kernel trusts only its own is known here.</summary>
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
        else if (signature is { IsUnknown: false } && Problem(signature) is { } problem && tree.Config.IsEnabled("MODULE_SIG"))
            diagnostics.AddError(DiagnosticCodes.SignatureDamaged, $"The module's signature cannot be read: \"{problem}\". The kernel refuses a module with such a signature even where it takes unsigned ones. Sign the converted module anew.", place);
        else if (signature is { IsUnknown: false } && tree.Config.IsEnabled("MODULE_SIG"))
            CheckSigner(signature, place, tree, diagnostics);
        return signature?.Module ?? file;
    }

    private static string? Problem(ModuleSignature signature) => signature.Problem
        ?? (Pkcs7Signer.IsSignedData(signature.Pkcs7Data) ? null : "it is no PKCS#7 SignedData");

    private static void CheckSigner(ModuleSignature signature, SourcePlace place, KernelTree tree, DiagnosticBag diagnostics)
    {
        using X509Certificate2? key = KernelKey.Read(tree);
        if (key is null || Pkcs7Signer.Read(signature.Pkcs7Data) is not { } signer)
            return;
        if (!signer.IsOf(key))
        {
            if (tree.Config.IsEnabled("MODULE_SIG_FORCE"))
                diagnostics.AddWarning(DiagnosticCodes.SignerNotOfKernel, $"The module is not signed with the kernel's own key ({KernelKey.File}), and the kernel {tree.Release} is configured with CONFIG_MODULE_SIG_FORCE. Unless the key is in another of its keyrings, the kernel would refuse the module: \"Loading of module with unavailable key is rejected\". Sign the converted module with a key that the kernel trusts.", place);
        }
        else if (signer.Verifies(signature.Module.Span, key) == false)
        {
            diagnostics.AddError(DiagnosticCodes.SignatureWrong, $"The signature is by the kernel's own key ({KernelKey.File}), and not of this module: it was changed after it was signed, or the signature was. The kernel would refuse the module with EKEYREJECTED and no message, even where it takes unsigned ones. Sign the converted module anew.", place);
        }
    }
}
