using System.CommandLine;
using System.Globalization;
using MrfSimd.Fingerprinting;
using MrfSimd.IO;

namespace MrfSimd.Cli;

/// <summary>Tissue parameters of any shape.</summary>
/// <param name="Name">Where they come from.</param>
/// <param name="Shape">Extents; voxels are counted row-major.</param>
/// <param name="Maps">One value of each parameter per voxel.</param>
internal sealed record TissueInput(string Name, long[] Shape, ParameterMaps Maps);

/// <summary>The options that choose what is simulated: maps or numbers, a label map with its table, or the built-in head.</summary>
internal sealed class TissueOptions
{
    private const float MillisecondsPerSecond = 1000;

    private readonly Option<string?> _labelMap = Text(
        "--phantom", "FILE", "label map, integers [row, column] in a file of any format; needs --labels");
    private readonly Option<string?> _labels = Text(
        "--labels", "FILE", "what the labels stand for, .json with T1 and T2 in ms and the proton density");
    private readonly Option<string?> _t1 = Text(
        "--t1-ms", "MAP", "T1 in ms: a file of any format and shape, or numbers such as 833,500; needs --t2-ms");
    private readonly Option<string?> _t2 = Text("--t2-ms", "MAP", "T2 in ms, of the same shape, or one number for all");
    private readonly Option<string?> _offResonance = Text(
        "--b0-hz", "MAP", "off-resonance in Hz (default: 0; the head and label maps: -60 to 60 along the columns)");
    private readonly Option<string?> _b1 = Text("--b1", "MAP", "transmit field relative to nominal (default: 1)");
    private readonly Option<string?> _density = Text("--pd", "MAP", "proton density (default: 1); 0 where there is no signal");

    private readonly Option<int> _size = PhantomOptions.CreateSize();

    public void AddTo(Command command)
    {
        command.Add(_size);
        foreach (Option<string?> option in (ReadOnlySpan<Option<string?>>)[_labelMap, _labels, _t1, _t2, _offResonance, _b1, _density])
            command.Add(option);
    }

    /// <summary>Makes or reads the tissues.</summary>
    /// <exception cref="UsageException">The options do not go together.</exception>
    /// <exception cref="DataFormatException">A file is refused, or has another shape than the first one.</exception>
    /// <exception cref="InvalidDataException">A voxel with signal has no finite T1 and T2 above 0.</exception>
    public TissueInput Load(ParseResult line)
    {
        (string? t1, string? t2) = (line.GetValue(_t1), line.GetValue(_t2));
        if (t1 is null != t2 is null) throw new UsageException("--t1-ms and --t2-ms go together.");
        TissueInput tissues = t1 is null ? FromPhantom(line) : FromMaps(line, t1, t2!);
        if (line.GetValue(_offResonance) is { } b0) Fill(tissues, _offResonance.Name, b0, 1, tissues.Maps.OffResonanceHz);
        if (line.GetValue(_b1) is { } b1) Fill(tissues, _b1.Name, b1, 1, tissues.Maps.B1);
        Settle(tissues);
        return tissues;
    }

    private TissueInput FromPhantom(ParseResult line)
    {
        if (line.GetValue(_density) is not null) throw new UsageException("--pd goes with --t1-ms and --t2-ms.");
        Phantom phantom = PhantomOptions.FromLabelsOrHead(line.GetValue(_labelMap), line.GetValue(_labels), line.GetValue(_size));
        return new TissueInput(phantom.Name, [phantom.Truth.Height, phantom.Truth.Width], phantom.Truth);
    }

    private TissueInput FromMaps(ParseResult line, string t1, string t2)
    {
        if (line.GetValue(_labelMap) is not null || line.GetValue(_labels) is not null)
            throw new UsageException("--phantom and --t1-ms exclude each other: labels or parameter maps.");
        (long[] shape, float[] values) = Read(_t1.Name, t1);
        TissueInput tissues = new(t1, shape, new ParameterMaps(values.Length, 1));
        Fill(tissues, _t1.Name, t1, MillisecondsPerSecond, tissues.Maps.T1Seconds);
        Fill(tissues, _t2.Name, t2, MillisecondsPerSecond, tissues.Maps.T2Seconds);
        Fill(tissues, _density.Name, line.GetValue(_density) ?? "1", 1, tissues.Maps.ProtonDensity);
        return tissues;
    }

    private static void Fill(TissueInput tissues, string option, string text, float perStored, float[] map)
    {
        (long[] shape, float[] values) = Read(option, text);
        bool single = values.Length == 1;
        if (!single && !shape.AsSpan().SequenceEqual(tissues.Shape))
            throw new DataFormatException(text, "shape", ArrayText(shape), $"{ArrayText(tissues.Shape)} as {tissues.Name} has");
        for (int i = 0; i < map.Length; i++) map[i] = values[single ? 0 : i] / perStored;
    }

    /// <summary>Where nothing gives signal, T1 and T2 need not be numbers: any will do for the simulation.</summary>
    private static void Settle(TissueInput tissues)
    {
        ParameterMaps maps = tissues.Maps;
        for (int i = 0; i < maps.Count; i++)
        {
            (float t1, float t2, float density) = (maps.T1Seconds[i], maps.T2Seconds[i], maps.ProtonDensity[i]);
            if (density == 0) maps.T1Seconds[i] = maps.T2Seconds[i] = 1;
            else if (!(t1 > 0 && t2 > 0 && density > 0 && float.IsFinite(t1 + t2 + density)))
            {
                throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture,
                    $"{tissues.Name}: T1 {MillisecondsPerSecond * t1} ms, T2 {MillisecondsPerSecond * t2} ms, proton density {density} at voxel {i}: " +
                    $"expected finite numbers above 0, or a proton density of 0."));
            }
        }
    }

    private static (long[] Shape, float[] Values) Read(string option, string text)
    {
        string[] words = text.Split(',');
        float[] numbers = new float[words.Length];
        bool typed = true;
        for (int i = 0; i < words.Length; i++) typed &= float.TryParse(words[i], NumberStyles.Float, CultureInfo.InvariantCulture, out numbers[i]);
        if (typed) return ([numbers.Length], numbers);
        if (!File.Exists(text))
            throw new UsageException($"{option} is '{text}': expected numbers with commas between them, or a file, and there is none of this name.");
        using DataArray array = ArrayInput.Open(text);
        if (array.Length == 0) throw new DataFormatException(text, "shape", array.ToString(), "one value or more");
        return (array.Shape.ToArray(), array.ToArray<float>(ArrayOrder.RowMajor));
    }

    private static string ArrayText(long[] shape) => $"[{string.Join(", ", shape)}]";

    private static Option<string?> Text(string name, string help, string description) => new(name) { Description = description, HelpName = help };
}
