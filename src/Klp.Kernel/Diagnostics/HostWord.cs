namespace Klp.Kernel.Diagnostics;

/// <summary>
/// What a user writes to tell something, which depends on where he writes it: an item or a property of a project, or an option
/// of a command. A message holds its place, which who shows the message fills in (<see cref="HostWords"/>).
/// </summary>
public sealed class HostWord
{
    internal const char Begin = '\u27e8';
    internal const char Comma = '\u2e41';
    internal const char End = '\u27e9';

    private HostWord(string name) => Name = name;

    /// <summary>What names the kernel tree.</summary>
    public static HostWord Tree { get; } = new(nameof(Tree));

    /// <summary>What names the kernel's vmlinux.</summary>
    public static HostWord Vmlinux { get; } = new(nameof(Vmlinux));

    /// <summary>What names a module that was built outside the kernel tree.</summary>
    public static HostWord ExternalModule { get; } = new(nameof(ExternalModule));

    /// <summary>What names all modules of a folder, its argument.</summary>
    public static HostWord ExternalModulesIn { get; } = new(nameof(ExternalModulesIn));

    /// <summary>What names a symbol database.</summary>
    public static HostWord Database { get; } = new(nameof(Database));

    /// <summary>What names the compiler by its prefix.</summary>
    public static HostWord CrossCompile { get; } = new(nameof(CrossCompile));

    /// <summary>What holds options for the C compiler.</summary>
    public static HostWord CompilerFlags { get; } = new(nameof(CompilerFlags));

    /// <summary>What names the folders of headers.</summary>
    public static HostWord IncludeDirectories { get; } = new(nameof(IncludeDirectories));

    /// <summary>What names a source.</summary>
    public static HostWord Source { get; } = new(nameof(Source));

    /// <summary>What says how a module is compressed.</summary>
    public static HostWord Compression { get; } = new(nameof(Compression));

    /// <summary>What names the private key for signatures.</summary>
    public static HostWord KeyFile { get; } = new(nameof(KeyFile));

    /// <summary>What names the certificate of the key for signatures.</summary>
    public static HostWord CertificateFile { get; } = new(nameof(CertificateFile));

    /// <summary>How a finished module gets a signature, as a sentence without its end.</summary>
    public static HostWord HowToSign { get; } = new(nameof(HowToSign));

    /// <summary>Where the position of a patched function is.</summary>
    public static HostWord PatchedPosition { get; } = new(nameof(PatchedPosition));

    /// <summary>What names a function to patch.</summary>
    public static HostWord FunctionItem { get; } = new(nameof(FunctionItem));

    /// <summary>The same as a sentence begins with it, before the function's name.</summary>
    public static HostWord TheFunction { get; } = new(nameof(TheFunction));

    /// <summary>What is written before the function that replaces one.</summary>
    public static HostWord NewFunction { get; } = new(nameof(NewFunction));

    /// <summary>Where the function that replaces one is named, after a verb.</summary>
    public static HostWord WithNewFunction { get; } = new(nameof(WithNewFunction));

    /// <summary>What is written before the position of a symbol.</summary>
    public static HostWord Position { get; } = new(nameof(Position));

    /// <summary>What names an object to patch.</summary>
    public static HostWord ObjectItem { get; } = new(nameof(ObjectItem));

    /// <summary>What names a state of the system that a livepatch modifies.</summary>
    public static HostWord StateItem { get; } = new(nameof(StateItem));

    /// <summary>What says that a livepatch replaces all others.</summary>
    public static HostWord Replace { get; } = new(nameof(Replace));

    /// <summary>What names the livepatch module.</summary>
    public static HostWord ModuleName { get; } = new(nameof(ModuleName));

    /// <summary>What names a program that calls the compiler.</summary>
    public static HostWord Launcher { get; } = new(nameof(Launcher));

    /// <summary>What lists environment variables that kbuild gets.</summary>
    public static HostWord Environment { get; } = new(nameof(Environment));

    /// <summary>What names the folder to work in.</summary>
    public static HostWord WorkFolder { get; } = new(nameof(WorkFolder));

    /// <summary>What says whether a module is signed.</summary>
    public static HostWord Sign { get; } = new(nameof(Sign));

    /// <summary>What names the hash of a signature.</summary>
    public static HostWord SigningHash { get; } = new(nameof(SigningHash));

    /// <summary>What a setting is, in general.</summary>
    public static HostWord Setting { get; } = new(nameof(Setting));

    /// <summary>What a source is where the user lists it.</summary>
    public static HostWord Item { get; } = new(nameof(Item));

    /// <summary>What to do about a source that is not there, as a sentence without its end.</summary>
    public static HostWord CorrectSource { get; } = new(nameof(CorrectSource));

    /// <summary>How paths in options for the compiler are written, as a sentence without its end.</summary>
    public static HostWord PathsInOptions { get; } = new(nameof(PathsInOptions));

    /// <summary>What names a QEMU.</summary>
    public static HostWord Qemu { get; } = new(nameof(Qemu));

    /// <summary>What names the source of a kernel.</summary>
    public static HostWord KernelSource { get; } = new(nameof(KernelSource));

    /// <summary>What says how many folders are taken off the names in a patch.</summary>
    public static HostWord Strip { get; } = new(nameof(Strip));

    /// <summary>All of them.</summary>
    public static IReadOnlyList<HostWord> All { get; } =
    [
        Tree, Vmlinux, ExternalModule, ExternalModulesIn, Database, CrossCompile, CompilerFlags, IncludeDirectories, Source,
        Compression, KeyFile, CertificateFile, HowToSign, PatchedPosition, FunctionItem, TheFunction, NewFunction, WithNewFunction,
        Position, ObjectItem, StateItem, Replace, ModuleName, Launcher, Environment, WorkFolder, Sign, SigningHash, Setting, Item,
        CorrectSource, PathsInOptions, Qemu, KernelSource, Strip,
    ];

    /// <summary>Which one it is.</summary>
    public string Name { get; }

    /// <summary>Its place in a message.</summary>
    public override string ToString() => $"{Begin}{Name}{End}";

    /// <summary>Its place in a message, with what stands for <c>{0}</c> in the word.</summary>
    /// <param name="argument">The argument.</param>
    public string Of(string argument) => $"{Begin}{Name}{Comma}{argument}{End}";
}
