using System.Text;
using Klp.Kbuild.Patching;
using Klp.Kbuild.Runs;
using Klp.Kernel.Diagnostics;
using Klp.Livepatch.Signing;

namespace Klp.Patching.Tests.Units;

/// <summary>
/// A tree of a few sources that was built as kbuild builds one: objects, the records beside them, and vmlinux.a. In the source,
/// in a folder of it, or elsewhere.
/// </summary>
internal sealed class MiniTree : IDisposable
{
    internal const string InSource = "in the source";
    internal const string Below = "in a folder of the source";
    internal const string Elsewhere = "elsewhere";
    internal const string Unmapped = "elsewhere, names unmapped";

    private readonly TempFolder folder = new();
    private readonly string layout;

    internal MiniTree(string layout)
    {
        this.layout = layout;
        Write("Kbuild", "obj-y += init/ lib/\n");
        Write("init/main.c", "int start(void) { return 1; }\n");
        Write("include/all.h", "static inline int twice(int x) { return x + x; }\n");
        Write("lib/part.h", "static inline int part(int x) { return x + 3; }\n");
        Write("lib/one.c", "#include <all.h>\n#include \"part.h\"\nconst char *one_file(void) { return __FILE__; }\nint one(int x) { return part(twice(x)); }\n");
        Write("lib/two.c", "#include <all.h>\nint two(int x) { return twice(x) - 5; }\n");
        Write("lib/sub/three.c", "#include \"../part.h\"\nconst char *three_file(void) { return __FILE__; }\nint three(int x) { return part(x); }\n");
        Write("lib/sub/four.c", "#include \"generated/made.h\"\n#if __has_include(\"wish.h\")\n#include \"wish.h\"\n#endif\nint four(void) { return MADE; }\n");
        Directory.CreateDirectory(Build);
        Directory.CreateDirectory(Path.Combine(Build, "include/generated"));
        File.WriteAllText(Path.Combine(Build, "include/generated/made.h"), "#define MADE 4\n");
        File.WriteAllText(Path.Combine(Build, ".config"), "CONFIG_TWO=y\n");
        string[] objects = [.. new[] { "init/main", "lib/one", "lib/two", "lib/sub/three", "lib/sub/four" }.Select(Compile)];
        InBuild($"{Tool.Arm64}ar cDPrsT vmlinux.a {string.Join(' ', objects)}");
    }

    internal static TheoryData<string> Layouts => [InSource, Below, Elsewhere, Unmapped];

    internal string Source => folder["source"];

    internal string Build => layout switch
    {
        InSource => Source,
        Below => Path.Combine(Source, "out"),
        _ => folder["build"],
    };

    /// <summary>A path of the folder in which a patch is built.</summary>
    internal string Work(string name) => folder[$"work/{name}"];

    internal KernelSource Find(string? named = null)
    {
        DiagnosticBag diagnostics = new();
        KernelSource? found = KernelSource.Find(Build, named, diagnostics);
        Assert.Empty(diagnostics);
        return found!;
    }

    internal UnitIndex Index() => UnitIndex.Read(Find(), null, new DiagnosticBag(), CancellationToken.None)!;

    /// <summary>Compiles what is made from some files.</summary>
    internal IReadOnlyList<CompiledUnit>? CompileUnits(DiagnosticBag diagnostics, params OverlaidFile[] files)
    {
        KernelSource source = Find();
        IReadOnlyList<KernelUnit> units = Index().Find(files).Units;
        SourceOverlay overlay = new(source, Work("overlay"));
        overlay.Make(files, units.SelectMany(unit => unit.Dependencies));
        return CompileUnits(diagnostics, source, overlay, units, files);
    }

    internal IReadOnlyList<CompiledUnit>? CompileUnits(
        DiagnosticBag diagnostics, KernelSource source, SourceOverlay overlay, IReadOnlyList<KernelUnit> units, params OverlaidFile[] files) =>
        new UnitCompiler(new UnitCompilerRequest
        {
            Kernel = Kernel,
            Source = source,
            Overlay = overlay,
            Files = files,
            WorkDirectory = Work("units"),
            CacheDirectory = Work("cache"),
        }).Run(units, diagnostics, CancellationToken.None);

    internal static OverlaidFile Changed(string path, string contents, bool isNew = false) => new(
        path, Encoding.Latin1.GetBytes(contents), isNew, line => line, line => new SourcePlace("fix.patch", line),
        new SourcePlace("fix.patch", 1), _ => true);

    /// <summary>Every file, folder and link below the source and the build, with contents and times.</summary>
    internal string[] Listing() => Listing(Source, Build);

    internal static string[] Listing(params string[] folders) =>
    [
        .. folders.SelectMany(root => new DirectoryInfo(root).EnumerateFileSystemInfos("*", new EnumerationOptions
        {
            RecurseSubdirectories = true,
            AttributesToSkip = FileAttributes.None,
            ReturnSpecialDirectories = false,
        })).Select(entry => $"{entry.FullName} {entry.LinkTarget} {entry.LastWriteTimeUtc.Ticks} {(entry is FileInfo file ? file.Length : 0)}")
        .Order(StringComparer.Ordinal),
    ];

    internal void Write(string name, string text) => folder.Write($"source/{name}", text);

    private string RecordedRoot => layout switch { InSource => "", Below => "../", _ => Source + "/" };

    private static KernelCache Kernel => new()
    {
        BuildDirectory = "", Release = "", Architecture = "arm64", CrossCompile = Tool.Arm64, Llvm = "", CompilerProgram = Tool.Arm64 + "gcc",
        Tools = [], Make = "", HasDebugInfo = false, Database = "", Inputs = [], ExternalModules = [], Vmlinux = "",
        Signing = new KernelSigning("", "", ""), Compression = default,
    };

    // As scripts/Makefile.build and fixdep do it.
    private string Compile(string name)
    {
        string source = $"{RecordedRoot}{name}.c", target = $"{name}.o", folders = Path.GetDirectoryName(name)!;
        string list = $"{folders}/.{Path.GetFileName(name)}.o.d";
        Directory.CreateDirectory(Path.Combine(Build, folders));
        string include = layout == InSource ? "-I./include" : $"-I{RecordedRoot}include -I./include";
        string map = layout == Elsewhere ? $"-fmacro-prefix-map={RecordedRoot}= " : "";
        string command = $"{Tool.Arm64}gcc -Wp,-MMD,{list} -nostdinc {include} {map}-O2 -g -Wall -DNAME='\"{Path.GetFileName(name)}\"' -c -o {target} {source}";
        InBuild(command);
        string[] files = File.ReadAllText(Path.Combine(Build, list)).Split((char[])[' ', '\\', '\n'], StringSplitOptions.RemoveEmptyEntries)[1..];
        File.WriteAllText(
            Path.Combine(Build, folders, $".{Path.GetFileName(name)}.o.cmd"),
            $"savedcmd_{target} := {command} ; ./tools/objtool/objtool {target}\n\nsource_{target} := {source}\n\ndeps_{target} := \\\n"
                + string.Concat(files.Skip(1).Select(file => $"  {file} \\\n")) + $"\n{target}: $(deps_{target})\n\n$(deps_{target}):\n");
        File.Delete(Path.Combine(Build, list));
        return target;
    }

    private void InBuild(string command) => Tool.Run("sh", "-c", $"cd '{Build}' && {command}");

    public void Dispose() => folder.Dispose();
}
