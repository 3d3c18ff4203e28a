namespace MrfSimd.IO;

/// <summary>A tissue of a label map.</summary>
/// <param name="Label">Its code in the map.</param>
/// <param name="Name">Its name.</param>
/// <param name="T1">Longitudinal relaxation time in seconds; 0 where there is no signal.</param>
/// <param name="T2">Transverse relaxation time in seconds; 0 where there is no signal.</param>
/// <param name="ProtonDensity">Proton density relative to water; 0 means no signal.</param>
public sealed record LabeledTissue(int Label, string Name, double T1, double T2, double ProtonDensity);

/// <summary>What the codes of a label map stand for.</summary>
public sealed class LabelTable
{
    private readonly Dictionary<int, LabeledTissue> _byLabel = [];

    /// <summary>A table of tissues.</summary>
    /// <exception cref="ArgumentException">
    /// A label is negative or there twice, a density is negative, or a tissue with signal has no T1, no T2 or a T2 beyond twice T1 (the physical
    /// bound).
    /// </exception>
    public LabelTable(string name, IReadOnlyList<LabeledTissue> tissues)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(tissues);
        (Name, Tissues) = (name, [.. tissues]);
        foreach (LabeledTissue tissue in Tissues)
        {
            string place = $"label {tissue.Label}";
            Check.NotNegative(tissue.Label, "label");
            if (!_byLabel.TryAdd(tissue.Label, tissue)) Check.Fail("label", tissue.Label, "expected each label once");
            Check.InRange(tissue.ProtonDensity, 0, double.MaxValue, $"proton density of {place}");
            Check.InRange(tissue.T1, 0, double.MaxValue, $"T1 of {place}");
            if (tissue.ProtonDensity > 0) Check.PositiveFinite(tissue.T1, $"T1 of {place}");
            Check.InRange(tissue.T2, 0, 2 * tissue.T1, $"T2 of {place}");
            if (tissue.ProtonDensity > 0) Check.PositiveFinite(tissue.T2, $"T2 of {place}");
        }
    }

    /// <summary>What the table describes and where its values come from.</summary>
    public string Name { get; }

    /// <summary>The tissues in the order given.</summary>
    public IReadOnlyList<LabeledTissue> Tissues { get; }

    /// <summary>The tissue of a label; null if the table does not know it.</summary>
    public LabeledTissue? Find(int label) => _byLabel.GetValueOrDefault(label);
}
