using System.CommandLine;
using MrfSimd.Fingerprinting;
using MrfSimd.IO;

namespace MrfSimd.Cli;

/// <summary>The options that choose a phantom: the built-in head, a label map with its table, or three parameter maps.</summary>
internal sealed class PhantomOptions
{
    private readonly Option<string?> _labelMap = File("--phantom", "label map, integers [row, column] in a file of any format; needs --labels");
    private readonly Option<string?> _labels = File("--labels", "what the labels stand for, .json with T1 and T2 in ms and the proton density");
    private readonly Option<string?> _t1 = File("--t1-ms", "instead of labels: T1 in ms [row, column]; needs --t2-ms and --pd");
    private readonly Option<string?> _t2 = File("--t2-ms", "T2 in ms [row, column]");
    private readonly Option<string?> _density = File("--pd", "proton density [row, column]; 0 where there is no signal");

    private readonly Option<int> _size = CreateSize();

    /// <summary>The size of the built-in head.</summary>
    public static Option<int> CreateSize() => NumberOption.Create("--size", 256, 32, 4096, "rows and columns of the built-in head");

    public void AddTo(Command command)
    {
        command.Add(_size);
        foreach (Option<string?> option in (ReadOnlySpan<Option<string?>>)[_labelMap, _labels, _t1, _t2, _density]) command.Add(option);
    }

    /// <summary>The options given, as typed, with a space before each; nothing for the built-in head.</summary>
    public string Describe(ParseResult line) => string.Concat(((ReadOnlySpan<Option<string?>>)[_labelMap, _labels, _t1, _t2, _density]).ToArray()
        .Where(option => line.GetValue(option) is not null).Select(option => $" {option.Name} {line.GetValue(option)}"));

    /// <summary>Makes or reads the phantom.</summary>
    /// <exception cref="UsageException">The options do not go together.</exception>
    public Phantom Load(ParseResult line)
    {
        (string? labelMap, string? labels) = (line.GetValue(_labelMap), line.GetValue(_labels));
        (string? t1, string? t2, string? density) = (line.GetValue(_t1), line.GetValue(_t2), line.GetValue(_density));
        int maps = new[] { t1, t2, density }.Count(file => file is not null);
        if (maps is 1 or 2) throw new UsageException("--t1-ms, --t2-ms and --pd go together: one map each.");
        if (maps == 3 && labelMap is not null) throw new UsageException("--phantom and --t1-ms exclude each other: labels or parameter maps.");
        return maps == 3 ? FromMaps(t1!, t2!, density!) : FromLabelsOrHead(labelMap, labels, line.GetValue(_size));
    }

    /// <summary>The phantom of a label map, or without one the built-in head.</summary>
    /// <exception cref="UsageException">One of the two files is missing.</exception>
    public static Phantom FromLabelsOrHead(string? labelMap, string? labels, int size)
    {
        if (labelMap is null != labels is null)
            throw new UsageException("--phantom and --labels go together: a label map and what its labels stand for.");
        return labelMap is null ? Phantom.Head(size) : FromLabels(labelMap, labels!);
    }

    private static Phantom FromLabels(string mapFile, string tableFile)
    {
        LabelTable table = LabelTableFile.Read(tableFile);
        using DataArray map = ArrayInput.Open(mapFile);
        (int width, int height) = SizeOf(map);
        int[] labels = map.ToArray<int>(ArrayOrder.RowMajor);
        try
        {
            return Phantom.FromLabels(Path.GetFileName(mapFile), labels, width, height, table);
        }
        catch (ArgumentException error)
        {
            throw new InvalidDataException($"{mapFile} with {tableFile}: {error.Message}", error);
        }
    }

    private static Phantom FromMaps(string t1File, string t2File, string densityFile)
    {
        using DataArray t1 = ArrayInput.Open(t1File), t2 = ArrayInput.Open(t2File), density = ArrayInput.Open(densityFile);
        (int width, int height) = SizeOf(t1);
        foreach (DataArray other in (ReadOnlySpan<DataArray>)[t2, density])
            if (SizeOf(other) != (width, height))
                throw new DataFormatException(other.FileName, "shape", other.ToString(), $"[{height}, {width}] as in {t1File}");
        try
        {
            return Phantom.FromMaps(Path.GetFileName(t1File), Seconds(t1), Seconds(t2), density.ToArray<float>(ArrayOrder.RowMajor), width, height);
        }
        catch (ArgumentException error)
        {
            throw new InvalidDataException($"{t1File}, {t2File}, {densityFile}: {error.Message}", error);
        }
    }

    private static float[] Seconds(DataArray milliseconds)
    {
        float[] values = milliseconds.ToArray<float>(ArrayOrder.RowMajor);
        foreach (ref float value in values.AsSpan()) value *= 1e-3f;
        return values;
    }

    private static (int Width, int Height) SizeOf(DataArray map)
    {
        ReadOnlySpan<long> shape = map.Shape;
        // A slice of a volume, as NIfTI has it.
        while (shape is [_, _, .., 1]) shape = shape[..^1];
        if (shape.Length != 2 || shape[0] < 1 || shape[1] < 1 || shape[0] * shape[1] > Array.MaxLength)
            throw new DataFormatException(map.FileName, "shape", map.ToString(), "two axes, rows and columns");
        return ((int)shape[1], (int)shape[0]);
    }

    private static Option<string?> File(string name, string description) => new(name) { Description = description, HelpName = "FILE" };
}
