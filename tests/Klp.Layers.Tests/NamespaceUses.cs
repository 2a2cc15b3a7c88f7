using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Klp.Layers.Tests;

/// <summary>Which namespaces use which, by what their names mean to the compiler, with a place for each use.</summary>
internal sealed class NamespaceUses
{
    private readonly Dictionary<string, Dictionary<string, string>> uses = new(StringComparer.Ordinal);

    internal NamespaceUses(CSharpCompilation compilation)
    {
        foreach (SyntaxTree tree in compilation.SyntaxTrees)
            Add(tree, compilation.GetSemanticModel(tree));
    }

    /// <summary>A circle of namespaces below one, each use with its place; empty where there is none.</summary>
    internal IReadOnlyList<string> FindCircle(string root)
    {
        foreach (string start in uses.Keys.Where(name => IsBelow(name, root)).Order(StringComparer.Ordinal))
        {
            if (WayBack(start, start, root, []) is { } way)
                return way;
        }

        return [];
    }

    /// <summary>The uses of one project by another, each with its place.</summary>
    internal IEnumerable<(string From, string To, string Place)> Between(IReadOnlyList<string> projects) =>
        from user in uses
        from used in user.Value
        let whose = projects.FirstOrDefault(project => IsBelow(user.Key, project))
        let of = projects.FirstOrDefault(project => IsBelow(used.Key, project))
        where whose is not null && of is not null && whose != of
        select (whose, of, used.Value);

    private List<string>? WayBack(string start, string at, string root, HashSet<string> seen)
    {
        foreach ((string next, string place) in uses.GetValueOrDefault(at, []).Where(use => IsBelow(use.Key, root)))
        {
            string step = $"{at} uses {next} in {place}";
            if (next == start)
                return [step];
            if (seen.Add(next) && WayBack(start, next, root, seen) is { } rest)
                return [step, .. rest];
        }

        return null;
    }

    private void Add(SyntaxTree tree, SemanticModel model)
    {
        foreach (SimpleNameSyntax name in tree.GetRoot().DescendantNodes().OfType<SimpleNameSyntax>())
        {
            if (name.Ancestors().Any(node => node is UsingDirectiveSyntax) || model.GetSymbolInfo(name).Symbol is not { } symbol)
                continue;
            INamedTypeSymbol? type = symbol as INamedTypeSymbol ?? symbol.ContainingType;
            if (type?.DeclaringSyntaxReferences.Length is not > 0 || NamespaceAt(name) is not { } user)
                continue;
            string used = type.ContainingNamespace.ToDisplayString();
            if (used == user)
                continue;
            if (!uses.TryGetValue(user, out Dictionary<string, string>? ofUser))
                uses.Add(user, ofUser = new Dictionary<string, string>(StringComparer.Ordinal));
            FileLinePositionSpan place = name.GetLocation().GetLineSpan();
            ofUser.TryAdd(used, $"{place.Path}({place.StartLinePosition.Line + 1}): {name}");
        }
    }

    private static string? NamespaceAt(SyntaxNode node) =>
        node.Ancestors().OfType<BaseNamespaceDeclarationSyntax>().FirstOrDefault()?.Name.ToString();

    private static bool IsBelow(string name, string root) => name == root || name.StartsWith(root + ".", StringComparison.Ordinal);
}
