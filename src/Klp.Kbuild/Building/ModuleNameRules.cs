using System.Text.RegularExpressions;
using Klp.Kernel.Diagnostics;
using Klp.Kernel.Facts;
using Klp.Kernel.Trees;

namespace Klp.Kbuild.Building;

/// <summary>What kbuild and the kernel take as the name of a module.</summary>
public static partial class ModuleNameRules
{
    private const string Prefix = "livepatch_";

    /// <summary>Checks a name by itself.</summary>
    /// <param name="name">The name.</param>
    /// <param name="diagnostics">Receives what is wrong with it.</param>
    public static void Check(string name, DiagnosticBag diagnostics)
    {
        ArgumentNullException.ThrowIfNull(name);
        string fix = $"Set {HostWord.ModuleName}, for example to \"{Valid(name)}\".";
        if (!NamePattern().IsMatch(name))
        {
            diagnostics.AddError(
                DiagnosticCodes.ModuleNameInvalid,
                $"\"{name}\" cannot be the name of a kernel module, which consists of letters, digits, \"_\" and \"-\". {fix}");
        }
        else if (name.Length > ModuleName.MaxLength)
        {
            diagnostics.AddError(
                DiagnosticCodes.ModuleNameInvalid,
                $"\"{name}\" is too long for the name of a kernel module: it has {name.Length} characters and can have "
                    + $"{ModuleName.MaxLength}. {fix}");
        }
    }

    /// <summary>Checks that a kernel has no module of the name.</summary>
    /// <param name="name">The name.</param>
    /// <param name="tree">The kernel.</param>
    /// <param name="diagnostics">Receives an error where it has one.</param>
    public static void CheckFree(string name, KernelTree tree, DiagnosticBag diagnostics)
    {
        ArgumentNullException.ThrowIfNull(tree);
        // To the kernel "-" and "_" are the same in names of modules.
        string runtimeName = ModuleName.FromPath(name);
        if (tree.FindModule(runtimeName) is not { } taken)
            return;
        string other = Prefix + runtimeName[..Math.Min(runtimeName.Length, ModuleName.MaxLength - Prefix.Length)];
        diagnostics.AddError(
            DiagnosticCodes.ModuleNameTaken,
            $"The livepatch is named '{name}', and so is the module {taken}. The kernel would not load one while the other is loaded. "
                + $"Set {HostWord.ModuleName}, for example to \"{other}\".");
    }

    /// <summary>A name that will do, made from one that may not.</summary>
    /// <param name="name">Any text.</param>
    public static string Valid(string name)
    {
        string valid = NotNamePattern().Replace(name, "_").Trim('_');
        return valid.Length == 0 ? "livepatch" : valid[..Math.Min(valid.Length, ModuleName.MaxLength)];
    }

    [GeneratedRegex(@"^[A-Za-z0-9_-]+\z")]
    private static partial Regex NamePattern();

    [GeneratedRegex("[^A-Za-z0-9_-]")]
    private static partial Regex NotNamePattern();
}
