using System.Security.Cryptography.X509Certificates;
using Klp.Kernel.Diagnostics;
using Klp.Kernel.Trees;
using Klp.Livepatch.Signing;

namespace Klp.Livepatch.Validation;

/// <summary>
/// The signature (kernel/module/signing.c, module_sig_check). Of the keys that the kernel trusts only its own is known here.
/// </summary>
internal static class SignatureRules
{
    /// <summary>Checks the signature and returns the module without it.</summary>
    internal static ReadOnlyMemory<byte> Check(ReadOnlyMemory<byte> file, string fileName, KernelTree tree, DiagnosticBag diagnostics)
    {
        // Without CONFIG_MODULE_SIG the kernel takes it for bytes behind the module.
        ModuleSignature? signature = ModuleSignature.Read(file);
        SourcePlace place = new(fileName);
        if (signature is null or { IsUnknown: true } && tree.Config.IsEnabled("MODULE_SIG_FORCE"))
            diagnostics.Add(SignatureMessages.Missing(place, tree.Release, signature is not null));
        else if (signature is { IsUnknown: false } && Problem(signature) is { } problem && tree.Config.IsEnabled("MODULE_SIG"))
            diagnostics.Add(SignatureMessages.Damaged(place, problem));
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
                diagnostics.Add(SignatureMessages.OtherSigner(place, tree.Release));
        }
        else if (signer.Verifies(signature.Module.Span, key) == false)
        {
            diagnostics.Add(SignatureMessages.Wrong(place));
        }
    }
}
