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
    public DataArray this[string name] =>
        _arrays.TryGetValue(name, out DataArray? array) ? array : throw new DataFormatException(FileName, $"array '{name}'", "missing", $"one of {Names}");

    /// <summary>The only array.</summary>
    /// <exception cref="DataFormatException">There is none, or more than one; the message lists them.</exception>
    public DataArray Only =>
        _arrays.Count == 1 ? _arrays.GetAt(0).Value : throw new DataFormatException(FileName, "content", $"{_arrays.Count} arrays: {Names}", "one, or a name that chooses");

    private string Names => _arrays.Count == 0 ? "none" : string.Join(", ", _arrays.Keys);
}
