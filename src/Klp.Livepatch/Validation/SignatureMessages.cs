using Klp.Kernel.Diagnostics;
using Klp.Kernel.Trees;

namespace Klp.Livepatch.Validation;

/// <summary>What there is to say of a module's signature.</summary>
internal static class SignatureMessages
{
    internal static Diagnostic Damaged(SourcePlace? place, string problem) => DiagnosticCodes.SignatureDamaged.At(
        place,
        $"The module's signature cannot be read: \"{problem}\". The kernel refuses a module with such a signature even where it "
        + "takes unsigned ones. Sign the converted module anew.");

    internal static Diagnostic OtherSigner(SourcePlace? place, string release) => DiagnosticCodes.SignerNotOfKernel.At(
        place,
        $"The module is not signed with the kernel's own key ({KernelKey.File}), and the kernel {release} is configured with "
        + "CONFIG_MODULE_SIG_FORCE. Unless the key is in another of its keyrings, the kernel would refuse the module: \"Loading "
        + "of module with unavailable key is rejected\". Sign the converted module with a key that the kernel trusts.");

    internal static Diagnostic Wrong(SourcePlace? place) => DiagnosticCodes.SignatureWrong.At(
        place,
        $"The signature is by the kernel's own key ({KernelKey.File}), and not of this module: it was changed after it was "
        + "signed, or the signature was. The kernel would refuse the module with EKEYREJECTED and no message, even where it "
        + "takes unsigned ones. Sign the converted module anew.");

    /// <summary>Says that the kernel would find no signature.</summary>
    /// <param name="place">The module.</param>
    /// <param name="release">The kernel's release.</param>
    /// <param name="isUnknown">Whether there is one, of a kind that the kernel does not know.</param>
    internal static Diagnostic Missing(SourcePlace place, string release, bool isUnknown) => DiagnosticCodes.SignatureMissing.At(
        place,
        $"The kernel {release} is configured with CONFIG_MODULE_SIG_FORCE, and the module is not signed with PKCS#7. The kernel would "
        + $"refuse it: \"Loading of {(isUnknown ? "module with unsupported crypto" : "unsigned module")} is rejected\". "
        + $"{HostWord.HowToSign}.");
}
