namespace Klp.Elf.Index;

/// <summary>Looks in arrays that are sorted by a number.</summary>
internal static class SortedArray
{
    /// <summary>The index of the first item whose number is at least the one asked for; the array's length when there is none.</summary>
    internal static int FirstAtOrAfter<T>(this T[] items, ulong number, Func<T, ulong> numberOf)
    {
        int low = 0;
        int high = items.Length;
        while (low < high)
        {
            int middle = low + ((high - low) / 2);
            if (numberOf(items[middle]) < number)
                low = middle + 1;
            else
                high = middle;
        }

        return low;
    }
}
