using Klp.Kernel.Diagnostics;

namespace Klp.Kbuild.Output;

/// <summary>What there is to say of programs that kbuild calls and that are missing, or cannot run.</summary>
internal static class ProgramMessages
{
    private const string Rebuild =
        "Build on a machine of the release that the kernel is for, or, in a tree of your own, build its programs anew with: "
        + "make modules_prepare";

    internal static string LibraryMissing(string program, string library, string text) =>
        $"kbuild calls {program}, which cannot run: the library {library} is missing ({text}). {LibraryAdvice(library)}";

    internal static string LibraryTooOld(string program, string library, string version) =>
        $"kbuild calls {program}, which cannot run: it was built for another machine, whose {library} has {version}. {Rebuild}";

    internal static string NotFound(string program) => $"kbuild calls {program}, which was not found. {ProgramAdvice(program)}";

    internal static string NoInterpreter(string program) =>
        $"kbuild calls {program}, which is there and cannot run: its interpreter, or the loader of the C library that it was built for, "
        + $"is not. {Rebuild}";

    internal static string OfPackageMissing(string program) =>
        $"kbuild calls {program}, which does not exist. {ProgramAdvice(Path.GetFileName(program))}";

    internal static string OfTreeMissing(string program) =>
        $"kbuild calls {program}, which does not exist. If it belongs to the kernel tree, the tree is not completely built: run make "
        + "modules_prepare in it, or install the package of the distribution's kernel that has it, on Debian linux-kbuild-<version>.";

    internal static string NotExecutable(string program) =>
        $"kbuild calls {program}, which may not be executed. Make it executable (chmod +x); and is the file system that it lies on "
        + "mounted with noexec?";

    internal static string OfOtherArchitecture(string program) =>
        $"kbuild calls {program}, which was built for a machine of another architecture. {Rebuild}";

    private static string ProgramAdvice(string program) => HostPrograms.PackageOf(program) is { } package
        ? $"Install it: {PackageAdvice.Command(package, "apt")}"
        : "Install the package that it is in, and see to it that PATH leads to it.";

    private static string LibraryAdvice(string library) => HostPrograms.PackageOfLibrary(library) is { } package
        ? $"Install it: {PackageAdvice.Command(package, "apt")}"
        : Rebuild;
}
