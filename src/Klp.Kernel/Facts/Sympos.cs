using System.Globalization;
using System.Text.Json.Serialization;

namespace Klp.Kernel.Facts;

/// <summary>
/// Which of an object's symbols of one name is meant, as klp_func.old_sympos and the names of livepatch symbols have it
/// (Documentation/livepatch/livepatch.rst): 0 for the only one, else 1-based, in the order of kallsyms.
/// </summary>
/// <param name="Value">The number as it is written.</param>
[JsonConverter(typeof(SymposConverter))]
public readonly record struct Sympos(ulong Value)
{
    /// <summary>The position of a name that is unique in its object.</summary>
    public static Sympos Only => default;

    /// <summary>True when it says that the name is unique.</summary>
    public bool IsOnly => Value == 0;

    /// <summary>
    /// Which symbol it is, 1-based: the kernel takes 0 for the first one where it names a folder in sysfs, or has found just one.
    /// </summary>
    public ulong Ordinal => Math.Max(Value, 1);

    /// <summary>The position of a number from 0.</summary>
    /// <param name="value">The number as it is written.</param>
    public static implicit operator Sympos(int value) => FromInt32(value);

    /// <summary>The position of a number from 0.</summary>
    /// <param name="value">The number as it is written.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is negative.</exception>
    public static Sympos FromInt32(int value)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value);
        return new Sympos((ulong)value);
    }

    /// <summary>True when an object has as many symbols of the name, or more.</summary>
    /// <param name="count">How many it has.</param>
    public bool IsWithin(int count) => Value <= (ulong)count;

    /// <summary>True when it says that the name is unique, and it is not.</summary>
    /// <param name="count">How many symbols of the name the object has.</param>
    public bool IsAmbiguous(int count) => IsOnly && count > 1;

    /// <summary>The symbol that is meant, or null.</summary>
    /// <param name="symbols">An object's symbols of the name in the order of kallsyms.</param>
    public T? In<T>(IReadOnlyList<T> symbols)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(symbols);
        return Ordinal <= (ulong)symbols.Count ? symbols[(int)(Ordinal - 1)] : null;
    }

    /// <summary>The number as it is written.</summary>
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}
