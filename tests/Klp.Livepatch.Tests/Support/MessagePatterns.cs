using System.Collections;
using System.Reflection;
using System.Text.RegularExpressions;
using Klp.Kernel.Diagnostics;
using Klp.Livepatch.Conversion;
using Klp.Livepatch.Validation;

namespace Klp.Livepatch.Tests.Support;

/// <summary>
/// What the factories of messages can write: each is called with marks for its names and numbers, and what it makes of them is a
/// pattern in which those are free.
/// </summary>
internal static class MessagePatterns
{
    private const string Mark = "~mark~";
    private const int Number = 7654321;
    private const int ManyItems = 4321;
    private const int MostCalls = 20000;

    // Of factories that are told the code.
    private static readonly DiagnosticDescriptor[] GivenCodes =
    [
        DiagnosticCodes.ModuleLayoutMismatch, DiagnosticCodes.ImportVersionMismatch, DiagnosticCodes.SpecialSection,
        DiagnosticCodes.SymbolResolvedTooLate,
    ];

    // Those under which hazards are reported, which have no code themselves.
    private static readonly DiagnosticDescriptor[] HazardCodes =
    [
        DiagnosticCodes.SpecialSection, DiagnosticCodes.NeverRelocated, DiagnosticCodes.PlaceNotWritable, DiagnosticCodes.SectionUnknown,
        DiagnosticCodes.LivepatchSectionFreed, DiagnosticCodes.SymbolResolvedTooLate, DiagnosticCodes.LatePlaceNotWritable,
        DiagnosticCodes.LateSectionUnknown,
    ];

    private static readonly Dictionary<string, List<Regex>> ByCode = Read();

    /// <summary>The codes that a factory writes.</summary>
    internal static IReadOnlyCollection<string> Codes => ByCode.Keys;

    /// <summary>True when a factory can write a first line under a code.</summary>
    internal static bool CanWrite(string code, string line) => ByCode[code].Exists(pattern => pattern.IsMatch(line));

    private static Dictionary<string, List<Regex>> Read()
    {
        IEnumerable<Diagnostic> written =
            from assembly in new[] { typeof(Diagnostic).Assembly, typeof(LivepatchValidator).Assembly }
            from type in assembly.GetTypes().Where(type => type.Name.EndsWith("Messages", StringComparison.Ordinal))
            from factory in type.GetMethods(BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public)
            where (factory.ReturnType == typeof(Diagnostic) || factory.ReturnType == typeof(LoaderHazard)) && !factory.IsPrivate
            from result in Calls(factory)
            from diagnostic in Diagnostics(result)
            select diagnostic;
        return written.GroupBy(diagnostic => diagnostic.Code).ToDictionary(
            group => group.Key,
            group => group.Select(diagnostic => Pattern(diagnostic.Message)).Distinct()
                .Select(pattern => new Regex(pattern, RegexOptions.CultureInvariant)).ToList());
    }

    private static IEnumerable<Diagnostic> Diagnostics(object result) => result is LoaderHazard hazard
        ? HazardCodes.Select(code => code.At(null, hazard.Message))
        : [(Diagnostic)result];

    private static IEnumerable<object> Calls(MethodInfo factory)
    {
        NullabilityInfoContext nullability = new();
        object?[][] values = [.. factory.GetParameters().Select(parameter =>
            Values(parameter.ParameterType, nullability.Create(parameter).WriteState == NullabilityState.Nullable))];
        return Combine(values).Take(MostCalls).Select(arguments => factory.Invoke(null, arguments)).OfType<object>();
    }

    private static object?[] Values(Type type, bool isNullable)
    {
        if (Nullable.GetUnderlyingType(type) is { } underlying)
            return [null, .. Values(underlying, isNullable: false)];
        object?[] values = type switch
        {
            _ when type == typeof(SourcePlace) => [new SourcePlace(Mark, Number), new SourcePlace(Mark)],
            _ when type == typeof(string) => [Mark, "vmlinux"],
            _ when type == typeof(bool) => [false, true],
            _ when type == typeof(DiagnosticDescriptor) => [.. GivenCodes],
            _ when type == typeof(ushort) => [(ushort)54321],
            _ when type.IsPrimitive => [.. ((int[])[0, 1, Number]).Select(number => Convert.ChangeType(number, type, null))],
            _ when type.IsEnum => [.. Enum.GetValues(type).Cast<object>()],
            _ when type != typeof(string) && type.IsAssignableFrom(typeof(string[])) => [.. ((int[])[0, 1, ManyItems]).Select(Items)],
            _ when type.IsAssignableTo(typeof(IEnumerable)) => [Array.CreateInstance(type.GetGenericArguments()[0], 0)],
            _ => [.. Records(type)],
        };
        return isNullable ? [null, .. values] : values;
    }

    private static string[] Items(int count) => [.. Enumerable.Repeat(Mark, count)];

    private static IEnumerable<object> Records(Type type)
    {
        ConstructorInfo constructor = type.GetConstructors().MaxBy(candidate => candidate.GetParameters().Length)!;
        object?[][] values = [.. constructor.GetParameters().Select(parameter => Values(parameter.ParameterType, isNullable: false))];
        return Combine(values).Select(constructor.Invoke);
    }

    private static IEnumerable<object?[]> Combine(IReadOnlyList<object?[]> values) =>
        values.Aggregate<object?[], IEnumerable<object?[]>>(
            [[]], (rows, next) => rows.SelectMany(_ => next, (row, value) => row.Append(value).ToArray()));

    private static string Pattern(string message)
    {
        string line = Regex.Escape(message.Split('\n')[0]);
        line = Regex.Replace(line, $"{Mark}(, {Mark}|,\\\\ {Mark})*", ".*");
        line = Regex.Replace(line, "\u27e8[^\u27e9]*\u27e9", ".+");
        foreach (string number in (string[])[$"{Number}", $"{Number:x8}", $"{Number:x}", $"{Number - 1}", $"{ManyItems}", "54321"])
            line = line.Replace(number, "[0-9a-f]+", StringComparison.Ordinal);
        return $"^{line}$";
    }
}
