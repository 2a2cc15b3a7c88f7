namespace Klp.Livepatch.Tests.Support;

/// <summary>
/// Signs modules as a kernel's build does: with scripts/sign-file of the demo kernel's source, whose own build compiles that
/// only with CONFIG_MODULE_SIG, and a key of its own.
/// </summary>
public sealed class ModuleSigner : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("klp-signer-").FullName;

    /// <summary>Compiles sign-file and makes an RSA key.</summary>
    public ModuleSigner()
        : this("-newkey", "rsa:2048")
    {
    }

    /// <summary>Compiles sign-file and makes a key.</summary>
    /// <param name="key">The options of openssl req that say which.</param>
    internal ModuleSigner(params string[] key)
    {
        Tool.Require("gcc", "gcc");
        Tool.Require("openssl", "openssl");
        string source = Path.Combine(DemoKernelTree.Path, Directory.Exists(Path.Combine(DemoKernelTree.Path, "source")) ? "source" : "");
        string scripts = Path.Combine(source, "scripts");
        Assert.True(File.Exists(Path.Combine(scripts, "sign-file.c")), $"There is no sign-file.c in '{scripts}'. This test needs the source of the kernel, as the demo kernel has it.");
        // Debian's package for openssl/*.h and -lcrypto is libssl-dev.
        Tool.Run("gcc", "-o", Program, Path.Combine(scripts, "sign-file.c"), $"-I{scripts}", $"-I{Path.Combine(source, "tools", "include", "uapi")}", "-lcrypto");
        Tool.Run("openssl", ["req", "-new", "-x509", .. key, "-nodes", "-days", "2", "-subj", "/CN=klp tests", "-keyout", Key, "-out", Certificate]);
    }

    /// <summary>The private key, in PEM.</summary>
    internal string Key => Path.Combine(folder, "key.pem");

    /// <summary>The certificate, in PEM.</summary>
    internal string Certificate => Path.Combine(folder, "certificate.pem");

    private string Program => Path.Combine(folder, "sign-file");

    /// <summary>Signs a module.</summary>
    /// <param name="module">The module, which is not changed.</param>
    /// <param name="signed">Where the signed one goes.</param>
    /// <param name="options">Options of sign-file before its arguments, and the digest; sha256 where there are none.</param>
    internal void Sign(string module, string signed, params string[] options) =>
        Tool.Run(Program, [.. options.Length == 0 ? (string[])["sha256"] : options, Key, Certificate, module, signed]);

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
