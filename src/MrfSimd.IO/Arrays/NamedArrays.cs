namespace MrfSimd.IO;

/// <summary>The arrays of a file that holds several under names.</summary>
public sealed class NamedArrays
{
    private readonly OrderedDictionary<string, DataArray> _arrays;

    internal NamedArrays(string fileName, OrderedDictionary<string, DataArray> arrays, IReadOnlyList<string> others) =>
        (FileName, _arrays, Others) = (fileName, arrays, others);

    /// <summary>The file, or the name given to the stream.</summary>
    public string FileName { get; }

    /// <summary>All arrays in the order of the file.</summary>
    public IReadOnlyDictionary<string, DataArray> Arrays => _arrays;

    /// <summary>Names of what else the file holds: texts, cells, structures and other things that are no arrays of numbers.</summary>
    public IReadOnlyList<string> Others { get; }

    /// <summary>An array by its name.</summary>
    /// <exception cref="DataFormatException">There is none of that name; the message lists those there are.</exception>
    public DataArray this[string name] => _arrays[Choose(FileName, _arrays.Keys, name)];

    /// <summary>The only array.</summary>
    /// <exception cref="DataFormatException">There is none, or more than one; the message lists them.</exception>
    public DataArray Only => _arrays[Choose(FileName, _arrays.Keys, null)];

    /// <summary>The name of one array of a file.</summary>
    /// <param name="fileName">For messages.</param>
    /// <param name="names">Those that there are.</param>
    /// <param name="wanted">The one wanted; null for the only one.</param>
    /// <exception cref="DataFormatException">There is none of that name, or not exactly one.</exception>
    internal static string Choose(string fileName, ICollection<string> names, string? wanted)
    {
        string list = names.Count == 0 ? "none" : string.Join(", ", names);
        if (wanted is not null)
            return names.Contains(wanted) ? wanted : throw new DataFormatException(fileName, $"array '{wanted}'", "missing", $"one of {list}");
        return names.Count == 1 ? names.First()
            : throw new DataFormatException(fileName, "content", $"{names.Count} arrays: {list}", "one, or a name that chooses");
    }
}
