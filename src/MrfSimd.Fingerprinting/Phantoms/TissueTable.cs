using System.Text.Json;

namespace MrfSimd.Fingerprinting;

/// <summary>A tissue class of a label map.</summary>
/// <param name="Label">Its code in the label map.</param>
/// <param name="Name">Its name in tables.</param>
/// <param name="T1Seconds">Longitudinal relaxation time, seconds; 0 for a class without signal.</param>
/// <param name="T2Seconds">Transverse relaxation time, seconds; 0 for a class without signal.</param>
/// <param name="ProtonDensity">Relative to water; 0 for a class without signal.</param>
/// <param name="IsBrain">Whether it belongs to the brain mask (CSF, grey and white matter).</param>
public sealed record Tissue(int Label, string Name, double T1Seconds, double T2Seconds, double ProtonDensity, bool IsBrain);

/// <summary>What the codes of a label map stand for.</summary>
public sealed class TissueTable
{
    private readonly Dictionary<int, Tissue> _byLabel = [];

    /// <summary>A table of the given tissues.</summary>
    /// <exception cref="ArgumentException">A code occurs twice, or a tissue with signal lacks positive, finite times with T1 >= T2.</exception>
    public TissueTable(IReadOnlyList<Tissue> tissues)
    {
        foreach (Tissue tissue in tissues)
        {
            CheckTissue(tissue);
            if (!_byLabel.TryAdd(tissue.Label, tissue)) Check.Fail(nameof(tissues), $"with label {tissue.Label} twice", "expected each label once");
        }
        Tissues = tissues;
    }

    /// <summary>The tissues in the order of the table.</summary>
    public IReadOnlyList<Tissue> Tissues { get; }

    /// <summary>
    /// The classes of the BrainWeb phantom at 1.5 T, from its own table of tissue parameters (Collins et al. 1998). Skin has the
    /// times of fluid there, and bone no signal.
    /// </summary>
    public static TissueTable BrainWeb { get; } = new(
    [
        new(0, "background", 0, 0, 0, false),
        new(1, "CSF", 2.569, 0.329, 1.00, true),
        new(2, "grey matter", 0.833, 0.083, 0.86, true),
        new(3, "white matter", 0.500, 0.070, 0.77, true),
        new(4, "fat", 0.350, 0.070, 1.00, false),
        new(5, "muscle", 0.900, 0.047, 1.00, false),
        new(6, "skin", 2.569, 0.329, 1.00, false),
        new(7, "skull", 0, 0, 0, false),
        new(8, "glial matter", 0.833, 0.083, 0.86, false),
        new(9, "marrow and connective", 0.500, 0.070, 0.77, false),
        new(10, "lesion", 0.752, 0.237, 0.76, false),
    ]);

    /// <summary>The tissue of a code, or null.</summary>
    public Tissue? Find(int label) => _byLabel.GetValueOrDefault(label);

    /// <summary>
    /// Reads a table from JSON: an object with one entry per code,
    /// <c>{"23": {"name": "CSF", "t1Ms": 2569, "t2Ms": 329, "protonDensity": 1.0, "brain": true}, ...}</c>. An entry without times or
    /// density has no signal. Where "brain" is not said, the names csf, grey or gray ... and white ... mean brain.
    /// </summary>
    /// <param name="json">UTF-8 text.</param>
    /// <param name="source">Name of the file, for messages.</param>
    /// <exception cref="InvalidDataException">The text is not such a table; the message names the file, the entry and what was expected.</exception>
    public static TissueTable Parse(ReadOnlyMemory<byte> json, string source)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            if (document.RootElement.ValueKind != JsonValueKind.Object) throw new FormatException("expected an object with one entry per label");
            List<Tissue> tissues = [];
            foreach (JsonProperty entry in document.RootElement.EnumerateObject()) tissues.Add(ParseTissue(entry));
            return new TissueTable(tissues);
        }
        catch (Exception e) when (e is JsonException or FormatException or ArgumentException)
        {
            throw new InvalidDataException($"{source}: {e.Message}", e);
        }
    }

    private static Tissue ParseTissue(JsonProperty entry)
    {
        if (!int.TryParse(entry.Name, out int label)) throw new FormatException($"entry '{entry.Name}': expected an integer label");
        if (entry.Value.ValueKind != JsonValueKind.Object) throw new FormatException($"label {label}: expected an object");
        string name = $"label {label}";
        double t1 = 0, t2 = 0, density = 0;
        bool? brain = null;
        foreach (JsonProperty field in entry.Value.EnumerateObject())
        {
            switch (field.Name)
            {
                case "name":
                    name = field.Value.ValueKind == JsonValueKind.String
                    ? field.Value.GetString()! : throw new FormatException($"label {label}, name: expected a text"); break;
                case "t1Ms": t1 = Number(field, label) / 1000; break;
                case "t2Ms": t2 = Number(field, label) / 1000; break;
                case "protonDensity": density = Number(field, label); break;
                case "brain":
                    brain = field.Value.ValueKind is JsonValueKind.True or JsonValueKind.False
                    ? field.Value.GetBoolean() : throw new FormatException($"label {label}, brain: expected true or false"); break;
                default: throw new FormatException($"label {label}: unknown field '{field.Name}', expected name, t1Ms, t2Ms, protonDensity or brain");
            }
        }
        return new Tissue(label, name, t1, t2, density, brain ?? IsBrainName(name));
    }

    private static double Number(JsonProperty field, int label) => field.Value.ValueKind == JsonValueKind.Number
        ? field.Value.GetDouble() : throw new FormatException($"label {label}, {field.Name}: expected a number");

    private static bool IsBrainName(string name) =>
        name.StartsWith("csf", StringComparison.OrdinalIgnoreCase) || name.StartsWith("grey", StringComparison.OrdinalIgnoreCase)
        || name.StartsWith("gray", StringComparison.OrdinalIgnoreCase) || name.StartsWith("white", StringComparison.OrdinalIgnoreCase);

    private static void CheckTissue(Tissue tissue)
    {
        bool silent = tissue.ProtonDensity == 0;
        bool sound = tissue.ProtonDensity >= 0 && double.IsFinite(tissue.ProtonDensity) && double.IsFinite(tissue.T1Seconds)
            && (silent || (tissue.T2Seconds > 0 && tissue.T1Seconds >= tissue.T2Seconds));
        if (!sound)
        {
            Check.Fail("tissues", FormattableString.Invariant($"label {tissue.Label} with T1 {tissue.T1Seconds} s, T2 {tissue.T2Seconds} s, proton density {tissue.ProtonDensity}"),
                "expected finite T1 >= T2 > 0 and a density of 0 or more");
        }
    }
}
