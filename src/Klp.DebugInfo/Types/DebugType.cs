namespace Klp.DebugInfo.Types;

/// <summary>
/// A C type as debug information has it. A structure, union or enumeration is its name only, so that a type is no larger than
/// its declaration.
/// </summary>
public sealed record DebugType
{
    /// <summary>A type of which nothing is known.</summary>
    public static DebugType Unknown { get; } = new() { Kind = DebugTypeKind.Unknown };

    /// <summary><c>void</c>.</summary>
    public static DebugType Void { get; } = new() { Kind = DebugTypeKind.Void };

    /// <summary>What kind of type it is.</summary>
    public required DebugTypeKind Kind { get; init; }

    /// <summary>
    /// The name of an integer or an alias, the tag of a structure, union or enumeration, or the qualifier; empty where it has
    /// none.
    /// </summary>
    public string Name { get; init; } = "";

    /// <summary>
    /// Size of an integer, floating-point number or enumeration in bytes; number of elements of an array, 0 where that is not
    /// known.
    /// </summary>
    public ulong Size { get; init; }

    /// <summary>What a pointer points to, an array consists of, a function returns, or an alias or qualifier is about.</summary>
    public DebugType Target { get; init; } = null!;

    /// <summary>The parameters of a function.</summary>
    public IReadOnlyList<DebugType> Parameters { get; init; } = [];

    /// <summary>True for a function whose last parameter is <c>...</c>.</summary>
    public bool IsVariadic { get; init; }

    /// <summary>The type without aliases and qualifiers.</summary>
    public DebugType Plain
    {
        get
        {
            DebugType type = this;
            while (type.Kind is DebugTypeKind.Alias or DebugTypeKind.Qualified)
                type = type.Target;
            return type;
        }
    }

    /// <summary>
    /// True when who expects a value of this type gets along with one of another: they have the same size and kind, and pointers
    /// lead to the same. Aliases, qualifiers and the sign of integers do not count, a pointer to void is any pointer, and what
    /// is unknown agrees with everything.
    /// </summary>
    /// <param name="other">The other type.</param>
    public bool Agrees(DebugType other)
    {
        ArgumentNullException.ThrowIfNull(other);
        DebugType own = Plain, its = other.Plain;
        if (own.Kind == DebugTypeKind.Unknown || its.Kind == DebugTypeKind.Unknown)
            return true;
        if (own.IsInteger && its.IsInteger)
            // 0: an enumeration that is only declared.
            return own.Size == its.Size || own.Size == 0 || its.Size == 0;
        if (own.Kind != its.Kind)
            return false;
        return own.Kind switch
        {
            DebugTypeKind.Float => own.Size == its.Size,
            DebugTypeKind.Structure or DebugTypeKind.Union => own.Name == its.Name || own.Name.Length == 0 || its.Name.Length == 0,
            DebugTypeKind.Pointer =>
                own.Target.Plain.Kind == DebugTypeKind.Void || its.Target.Plain.Kind == DebugTypeKind.Void || own.Target.Agrees(its.Target),
            DebugTypeKind.Array => own.Target.Agrees(its.Target),
            DebugTypeKind.Function => own.IsVariadic == its.IsVariadic && own.Target.Agrees(its.Target)
                && own.Parameters.Count == its.Parameters.Count
                && own.Parameters.Zip(its.Parameters).All(pair => pair.First.Agrees(pair.Second)),
            _ => true,
        };
    }

    /// <summary>A declaration in C.</summary>
    /// <param name="name">What is declared to be of this type; empty for the type alone.</param>
    public string Declare(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return Kind switch
        {
            DebugTypeKind.Pointer =>
                Target.Declare(Target.Kind is DebugTypeKind.Array or DebugTypeKind.Function ? $"(*{name})" : $"*{name}"),
            DebugTypeKind.Array => Target.Declare($"{name}[{(Size == 0 ? "" : Size)}]"),
            DebugTypeKind.Function => Target.Declare($"{name}({Describe(Parameters, IsVariadic)})"),
            // Of a pointer the qualifier stands behind the star.
            DebugTypeKind.Qualified when Target.Kind == DebugTypeKind.Pointer => Target.Declare(Join(Name, name)),
            DebugTypeKind.Qualified => $"{Name} {Target.Declare(name)}",
            _ => Join(Word(), name),
        };
    }

    /// <summary>The type in C.</summary>
    public override string ToString() => Declare("");

    private bool IsInteger => Kind is DebugTypeKind.Integer or DebugTypeKind.Enumeration;

    private static string Describe(IReadOnlyList<DebugType> parameters, bool isVariadic)
    {
        IEnumerable<string> all = parameters.Select(parameter => parameter.ToString());
        return parameters.Count == 0 && !isVariadic ? "void" : string.Join(", ", isVariadic ? all.Append("...") : all);
    }

    private string Word() => Kind switch
    {
        DebugTypeKind.Void => "void",
        DebugTypeKind.Integer => Usual(Name),
        DebugTypeKind.Structure => $"struct {Tag}",
        DebugTypeKind.Union => $"union {Tag}",
        DebugTypeKind.Enumeration => $"enum {Tag}",
        DebugTypeKind.Unknown => "?",
        _ => Name,
    };

    private string Tag => Name.Length == 0 ? "{...}" : Name;

    private static string Join(string left, string right) => right.Length == 0 ? left : $"{left} {right}";

    // gcc names unsigned long "long unsigned int".
    private static string Usual(string name)
    {
        string[] words = name.Split(' ');
        if (words.Length < 2)
            return name;
        IEnumerable<string> rest = words.Where(word => word is not ("int" or "unsigned"));
        return string.Join(' ', [.. words.Where(word => word == "unsigned"), .. rest.Any() ? rest : ["int"]]);
    }
}
