using System.Globalization;
using System.Text;
using Klp.Kernel.Facts;

namespace Klp.Livepatch.Generation;

/// <summary>
/// Writes the C source of a livepatch's tables, its init and exit and its modinfo, as the structures of the kernel's
/// include/linux/livepatch.h are. The same description gives the same text; no path and no line of the project is in it, so
/// that an edit of the project file that changes no item changes nothing.
/// </summary>
public static class TablesSource
{
    // Names that a project's own functions hardly have.
    private const string Prefix = "klp_tables_";

    /// <summary>The source.</summary>
    /// <param name="patch">What the project says, in order.</param>
    /// <param name="kernel">The version of the kernel it is for.</param>
    public static string Write(PatchDescription patch, KernelVersion kernel)
    {
        ArgumentNullException.ThrowIfNull(patch);
        StringBuilder text = new();
        text.Append("""
            // SPDX-License-Identifier: GPL-2.0
            /* Made by Klp.Sdk from the KlpFunction, KlpObject and KlpState items of the project; changes are overwritten. */
            #include <linux/kernel.h>
            #include <linux/livepatch.h>
            #include <linux/module.h>


            """);
        AppendDeclarations(text, patch);
        foreach (string name in patch.ObjectNames)
            AppendFunctions(text, name, patch.Functions.Where(function => function.ObjectName == name));
        AppendObjects(text, patch);
        AppendStates(text, patch.States);
        AppendPatch(text, patch);
        AppendInit(text, kernel);
        AppendModuleInfo(text, patch);
        return text.ToString();
    }

    /// <summary>
    /// A header that every source of the project is to begin with: it declares the callbacks, so that the compiler refuses
    /// one with other parameters or another result, which the kernel would call all the same. It includes nothing: a
    /// source may define pr_fmt before its first include.
    /// </summary>
    /// <param name="patch">What the project says.</param>
    public static string WriteHeader(PatchDescription patch)
    {
        ArgumentNullException.ThrowIfNull(patch);
        StringBuilder text = new();
        text.Append("""
            /* SPDX-License-Identifier: GPL-2.0 */
            /* Made by Klp.Sdk from the KlpObject items of the project; changes are overwritten. */
            #ifndef __ASSEMBLY__
            struct klp_object;

            """);
        AppendCallbacks(text, patch);
        return text.Append("#endif\n").ToString();
    }

    // Nothing calls the functions by these declarations, so a type of their own is not missed; clang's CFI checks calls of
    // the old function, before ftrace leads to the new one. Callbacks the kernel calls by pointer, with the type checked.
    private static void AppendDeclarations(StringBuilder text, PatchDescription patch)
    {
        text.Append("/* Only their addresses are needed; their prototypes are those of the functions that they replace. */\n");
        foreach (string name in patch.Functions.Select(function => function.NewName).Distinct(StringComparer.Ordinal))
            text.Append(CultureInfo.InvariantCulture, $"extern void {name}(void);\n");
        AppendCallbacks(text, patch);
        text.Append('\n');
    }

    private static void AppendCallbacks(StringBuilder text, PatchDescription patch)
    {
        foreach (string prototype in patch.Callbacks.Select(callback => callback.Prototype).Distinct(StringComparer.Ordinal))
            text.Append(CultureInfo.InvariantCulture, $"extern {prototype};\n");
    }

    private static void AppendFunctions(StringBuilder text, string objectName, IEnumerable<DescribedFunction> functions)
    {
        text.Append(CultureInfo.InvariantCulture, $"static struct klp_func {FunctionsOf(objectName)}[] = {{\n");
        foreach (DescribedFunction function in functions)
        {
            text.Append(
                CultureInfo.InvariantCulture, $"\t{{\n\t\t.old_name = {CString(function.Name)},\n\t\t.new_func = {function.NewName},\n");
            if (!function.Sympos.IsOnly)
                text.Append(CultureInfo.InvariantCulture, $"\t\t.old_sympos = {function.Sympos},\n");
            text.Append("\t},\n");
        }

        text.Append("\t{ }\n};\n\n");
    }

    private static void AppendObjects(StringBuilder text, PatchDescription patch)
    {
        text.Append(CultureInfo.InvariantCulture, $"static struct klp_object {Prefix}objects[] = {{\n");
        foreach (string name in patch.ObjectNames)
        {
            // The kernel itself has no name.
            string named = name == ModuleName.Vmlinux ? "" : $"\t\t.name = {CString(name)},\n";
            text.Append(CultureInfo.InvariantCulture, $"\t{{\n{named}\t\t.funcs = {FunctionsOf(name)},\n");
            foreach (DescribedCallback callback in patch.Objects
                .Where(patched => patched.Name == name)
                .SelectMany(patched => patched.Callbacks))
            {
                text.Append(CultureInfo.InvariantCulture, $"\t\t.callbacks.{callback.Member} = {callback.FunctionName},\n");
            }

            text.Append("\t},\n");
        }

        text.Append("\t{ }\n};\n\n");
    }

    private static void AppendStates(StringBuilder text, IReadOnlyList<DescribedState> states)
    {
        if (states.Count == 0)
            return;
        text.Append(CultureInfo.InvariantCulture, $"static struct klp_state {Prefix}states[] = {{\n");
        foreach (DescribedState state in states)
            text.Append(CultureInfo.InvariantCulture, $"\t{{ .id = {state.Id}UL, .version = {state.Version}U }},\n");
        text.Append("\t{ }\n};\n\n");
    }

    private static void AppendPatch(StringBuilder text, PatchDescription patch)
    {
        text.Append(
            CultureInfo.InvariantCulture,
            $"static struct klp_patch {Prefix}patch = {{\n\t.mod = THIS_MODULE,\n\t.objs = {Prefix}objects,\n");
        if (patch.States.Count > 0)
            text.Append(CultureInfo.InvariantCulture, $"\t.states = {Prefix}states,\n");
        if (patch.Replace)
            text.Append("\t.replace = true,\n");
        text.Append("};\n\n");
    }

    private static void AppendInit(StringBuilder text, KernelVersion kernel) => text.Append(kernel >= TableFeature.EnableRegisters
        ? """
            static int __init klp_tables_init(void)
            {
            	return klp_enable_patch(&klp_tables_patch);
            }

            static void __exit klp_tables_exit(void)
            {
            }


            """
        : """
            static int __init klp_tables_init(void)
            {
            	int ret = klp_register_patch(&klp_tables_patch);

            	if (ret)
            		return ret;
            	ret = klp_enable_patch(&klp_tables_patch);
            	if (ret)
            		WARN_ON(klp_unregister_patch(&klp_tables_patch));
            	return ret;
            }

            static void __exit klp_tables_exit(void)
            {
            	WARN_ON(klp_unregister_patch(&klp_tables_patch));
            }


            """);

    private static void AppendModuleInfo(StringBuilder text, PatchDescription patch)
    {
        ModuleDescription module = patch.Module;
        text.Append("module_init(klp_tables_init);\nmodule_exit(klp_tables_exit);\n");
        foreach (string author in module.Authors)
            text.Append(CultureInfo.InvariantCulture, $"MODULE_AUTHOR({CString(author)});\n");
        // modpost warns of a module without one.
        string description = module.Description.Length > 0
            ? module.Description
            : $"Livepatch of {string.Join(", ", patch.ObjectNames)}";
        text.Append(CultureInfo.InvariantCulture, $"MODULE_DESCRIPTION({CString(description)});\n");
        if (module.Version.Length > 0)
            text.Append(CultureInfo.InvariantCulture, $"MODULE_VERSION({CString(module.Version)});\n");
        text.Append(CultureInfo.InvariantCulture, $"MODULE_LICENSE({CString(module.License)});\nMODULE_INFO(livepatch, \"Y\");\n");
    }

    // A module's name may begin with a digit.
    private static string FunctionsOf(string objectName) => $"{Prefix}functions_of_{objectName}";

    // A description may have any number of lines and any quotes.
    private static string CString(string value)
    {
        StringBuilder text = new("\"");
        foreach (char character in value)
        {
            text.Append(character switch
            {
                '"' => "\\\"",
                '\\' => @"\\",
                '\n' => "\\n",
                < ' ' or '\x7f' => string.Create(CultureInfo.InvariantCulture, $"\\{Convert.ToString(character, 8).PadLeft(3, '0')}"),
                _ => character.ToString(),
            });
        }

        return text.Append('"').ToString();
    }
}
