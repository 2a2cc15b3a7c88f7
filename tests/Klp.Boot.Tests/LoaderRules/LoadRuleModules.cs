using Klp.Boot.Host;
using Klp.Elf.Model;

namespace Klp.Boot.Tests.LoaderRules;

/// <summary>The livepatches of <see cref="LoadRuleSource"/>, compiled for a kernel by its own kbuild; what breaks rules is made of them.</summary>
internal sealed class LoadRuleModules : IDisposable
{
    private static readonly string[] Converted = [LoadRuleSource.Good, LoadRuleSource.Memory];

    private readonly TestFolder folder = new();

    private LoadRuleModules(KernelUnderTest kernel) => Kernel = kernel;

    /// <summary>The kernel.</summary>
    public KernelUnderTest Kernel { get; }

    /// <summary>The good livepatch.</summary>
    public byte[] Good => Built(LoadRuleSource.Good);

    /// <summary>Compiles all of them for a kernel, and converts those that are good.</summary>
    public static async Task<LoadRuleModules> BuildAsync(KernelUnderTest kernel)
    {
        LoadRuleModules modules = new(kernel);
        TestFolder folder = modules.folder;
        await KbuildModule.CompileAsync(folder, kernel, [.. LoadRuleSource.All.Select(source => (source.Key, source.Value))]);
        foreach (string name in Converted)
            TestLivepatch.Convert(kernel.Tree, folder.Combine(name + ".ko"), folder.Combine($"converted/{name}.ko"));
        return modules;
    }

    /// <summary>A livepatch as it was built; those that are good converted.</summary>
    public byte[] Built(string name) => File.ReadAllBytes(Converted.Contains(name) ? folder.Combine($"converted/{name}.ko") : PathOf(name));

    /// <summary>The file of a module as kbuild left it.</summary>
    public string PathOf(string name) => folder.Combine(name + ".ko");

    /// <summary>A livepatch, edited.</summary>
    public byte[] Edit(Action<ElfObject> edit, string name = LoadRuleSource.Good)
    {
        ElfObject module = ElfObject.Read(Built(name), name + ".ko");
        edit(module);
        return module.ToArray();
    }

    /// <summary>The good livepatch with damaged bytes.</summary>
    public byte[] Damage(Action<RawModule> damage)
    {
        RawModule module = new(Good);
        damage(module);
        return module.Bytes;
    }

    /// <summary>A livepatch signed with the kernel's own key.</summary>
    public byte[] Sign(byte[] module) => Sign(module, Path.Combine(Kernel.Tree.BuildDirectory, "certs", "signing_key.pem"), Path.Combine(Kernel.Tree.BuildDirectory, "certs", "signing_key.x509"));

    /// <summary>A livepatch signed with a key that the kernel does not know.</summary>
    public byte[] SignWithOtherKey(byte[] module)
    {
        string key = folder.Combine("other.pem"), certificate = folder.Combine("other.x509");
        Tool.Run("openssl", "req", "-new", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=klp tests", "-outform", "DER", "-keyout", key, "-out", certificate);
        return Sign(module, key, certificate);
    }

    private byte[] Sign(byte[] module, string key, string certificate)
    {
        string unsigned = folder.Write("unsigned.ko", ""), signed = folder.Combine("signed.ko");
        File.WriteAllBytes(unsigned, module);
        Tool.Run(Path.Combine(Kernel.Tree.BuildDirectory, "scripts", "sign-file"), "sha256", key, certificate, unsigned, signed);
        return File.ReadAllBytes(signed);
    }

    public void Dispose() => folder.Dispose();
}
