using System.Collections.Concurrent;
using System.Text;
using Klp.Boot.Host;
using Klp.Elf.Model;
using Klp.Kernel.Diagnostics;
using Klp.Kernel.Files;
using Klp.Kernel.Symbols;
using Klp.Kernel.Trees;
using Klp.Livepatch.Conversion;

namespace Klp.Boot.Tests;

/// <summary>Livepatches from C text: compiled by kbuild and converted, as Klp.Sdk does it, without MSBuild.</summary>
internal static class TestLivepatch
{
    private static readonly ConcurrentDictionary<string, Lazy<SymbolDatabase>> Databases = new(StringComparer.Ordinal);

    /// <summary>Writes the source of a livepatch.</summary>
    /// <param name="code">The new functions, and what they need.</param>
    /// <param name="functions">What is replaced by what, in which object; null is the kernel itself.</param>
    public static string Source(string code, params (string? Object, string OldName, string NewName)[] functions)
    {
        StringBuilder source = new("#include <linux/livepatch.h>\n#include <linux/module.h>\n#include <klp/relocation.h>\n\n" + code + "\n\n");
        StringBuilder objects = new();
        int number = 0;
        foreach (IGrouping<string?, (string? Object, string OldName, string NewName)> group in functions.GroupBy(function => function.Object))
        {
            string entries = string.Concat(group.Select(function => $"{{ .old_name = \"{function.OldName}\", .new_func = {function.NewName} }}, "));
            source.Append($"static struct klp_func functions_{number}[] = {{ {entries}{{ }} }};\n");
            objects.Append($"{{ {(group.Key is null ? "" : $".name = \"{group.Key}\", ")}.funcs = functions_{number} }}, ");
            number++;
        }

        source.Append($$"""
            static struct klp_object objects[] = { {{objects}}{ } };
            static struct klp_patch patch = { .mod = THIS_MODULE, .objs = objects };
            static int __init livepatch_start(void) { return klp_enable_patch(&patch); }
            static void __exit livepatch_stop(void) { }
            module_init(livepatch_start);
            module_exit(livepatch_stop);
            MODULE_INFO(livepatch, "Y");
            MODULE_LICENSE("GPL");

            """);
        return source.ToString();
    }

    /// <summary>Compiles a livepatch into NAME.ko of the folder and converts that.</summary>
    /// <returns>The path of the converted module.</returns>
    public static async Task<string> BuildAsync(TestFolder folder, KernelUnderTest kernel, string name, string source)
    {
        await KbuildModule.CompileAsync(folder, kernel, (name, source));
        string converted = folder.Combine($"converted/{name}.ko");
        Convert(kernel.Tree, folder.Combine(name + ".ko"), converted);
        return converted;
    }

    /// <summary>Plans the conversion of a module.</summary>
    public static ConversionPlan Plan(KernelTree tree, string input)
    {
        DiagnosticBag diagnostics = new();
        ConversionContext? context = ConversionContext.For(tree, Database(tree), diagnostics);
        Assert.Empty(diagnostics);
        return ConversionPlanner.Plan(ElfObject.Open(input), context!);
    }

    /// <summary>Converts a module.</summary>
    public static void Convert(KernelTree tree, string input, string output)
    {
        ConversionPlan plan = Plan(tree, input);
        Assert.False(plan.Diagnostics.HasErrors, string.Join('\n', plan.Diagnostics));
        AtomicFile.WriteAllBytes(output, ConversionApplier.Apply(plan));
    }

    /// <summary>The symbol database of a kernel, made once.</summary>
    private static SymbolDatabase Database(KernelTree tree) =>
        Databases.GetOrAdd(tree.BuildDirectory, _ => new Lazy<SymbolDatabase>(() => MakeDatabase(tree))).Value;

    private static SymbolDatabase MakeDatabase(KernelTree tree)
    {
        using TestFolder folder = new();
        DiagnosticBag diagnostics = new();
        string file = folder.Combine("symbols.klp");
        SymbolDatabaseBuilder.Build(tree.Sources, file, diagnostics);
        SymbolDatabase? database = diagnostics.HasErrors ? null : SymbolDatabase.Open(file, diagnostics);
        return database ?? throw new InvalidOperationException(string.Join('\n', diagnostics));
    }
}
