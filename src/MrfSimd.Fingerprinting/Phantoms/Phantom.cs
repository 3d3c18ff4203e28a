using MrfSimd.IO;

namespace MrfSimd.Fingerprinting;

/// <summary>A numerical phantom: the true maps of a slice, its tissue labels, and the masks over which errors are taken.</summary>
public sealed class Phantom
{
    private const float RampHz = 60;

    private Phantom(string name, ParameterMaps truth, int[]? labels, LabelTable? tissues)
    {
        (Name, Truth, Labels, Tissues) = (name, truth, labels, tissues);
        FieldMaps.LinearAlongColumns(truth.OffResonanceHz, truth.Width, -RampHz, RampHz);
        SignalMask = new bool[truth.Count];
        BrainMask = new bool[truth.Count];
        for (int i = 0; i < truth.Count; i++)
        {
            SignalMask[i] = truth.ProtonDensity[i] > 0;
            BrainMask[i] = SignalMask[i] && labels is not null && BrainTissues.IsBrain(tissues!.Find(labels[i])!);
        }
    }

    /// <summary>What it is, for reports: <c>head</c>, or the name of a file.</summary>
    public string Name { get; }

    /// <summary>The true maps: off-resonance runs linearly from -60 to 60 Hz along the columns, B1 is nominal.</summary>
    public ParameterMaps Truth { get; }

    /// <summary>Tissue codes [height, width]; null for a phantom made of parameter maps.</summary>
    public IReadOnlyList<int>? Labels { get; }

    /// <summary>What the codes stand for; null for a phantom made of parameter maps.</summary>
    public LabelTable? Tissues { get; }

    /// <summary>[voxel]: the voxels of brain tissue (CSF, grey and white matter); empty for a phantom made of parameter maps.</summary>
    public bool[] BrainMask { get; }

    /// <summary>[voxel]: the voxels with a proton density above 0.</summary>
    public bool[] SignalMask { get; }

    /// <summary>
    /// A procedural head: an axial slice with scalp, skull, CSF, a folded grey ribbon, white matter, ventricles and deep nuclei, labelled
    /// with the codes of <see cref="BrainTissues.BrainWeb"/>. CSF, grey and white matter fill 14, 45 and 41 % of the brain.
    /// </summary>
    /// <param name="size">Columns and rows.</param>
    /// <param name="seed">Chooses the folds; the default is a head with evenly spread ones.</param>
    /// <exception cref="ArgumentException">size is outside 32 .. 4096.</exception>
    public static Phantom Head(int size = 256, ulong seed = 2)
    {
        Check.InRange(size, 32, 4096);
        return FromLabels("head", HeadPhantom.Draw(size, seed), size, size, BrainTissues.BrainWeb);
    }

    /// <summary>A phantom from a label map.</summary>
    /// <param name="name">For reports.</param>
    /// <param name="labels">Codes [height, width]; kept, not copied.</param>
    /// <param name="width">Columns.</param>
    /// <param name="height">Rows.</param>
    /// <param name="tissues">Must know every code of the map.</param>
    /// <exception cref="ArgumentException">The length is not width x height, or the table lacks a code.</exception>
    public static Phantom FromLabels(string name, int[] labels, int width, int height, LabelTable tissues)
    {
        ParameterMaps truth = new(width, height);
        Check.Length(labels.Length, truth.Count, nameof(labels), "width x height");
        for (int i = 0; i < labels.Length; i++)
        {
            LabeledTissue? tissue = tissues.Find(labels[i]);
            if (tissue is null) Check.Fail(nameof(labels), $"{labels[i]} at row {i / width}, column {i % width}", "expected a label of the tissue table");
            truth.T1Seconds[i] = (float)tissue.T1;
            truth.T2Seconds[i] = (float)tissue.T2;
            truth.ProtonDensity[i] = (float)tissue.ProtonDensity;
        }
        return new Phantom(name, truth, labels, tissues);
    }

    /// <summary>A phantom from parameter maps; it has no tissues and no brain mask.</summary>
    /// <param name="name">For reports.</param>
    /// <param name="t1Seconds">[height, width], seconds.</param>
    /// <param name="t2Seconds">[height, width], seconds.</param>
    /// <param name="protonDensity">[height, width], relative to water; 0 where there is no signal.</param>
    /// <param name="width">Columns.</param>
    /// <param name="height">Rows.</param>
    /// <exception cref="ArgumentException">
    /// A length is not width x height, a density is negative or not finite, or a voxel with signal lacks finite T1 and T2 above 0 with T2 at most 2 T1.
    /// </exception>
    public static Phantom FromMaps(
        string name, ReadOnlySpan<float> t1Seconds, ReadOnlySpan<float> t2Seconds, ReadOnlySpan<float> protonDensity, int width, int height)
    {
        ParameterMaps truth = new(width, height);
        Check.Length(t1Seconds.Length, truth.Count, nameof(t1Seconds), "width x height");
        Check.Length(t2Seconds.Length, truth.Count, nameof(t2Seconds), "width x height");
        Check.Length(protonDensity.Length, truth.Count, nameof(protonDensity), "width x height");
        for (int i = 0; i < truth.Count; i++)
        {
            (float t1, float t2, float density) = (t1Seconds[i], t2Seconds[i], protonDensity[i]);
            bool sound = density == 0 || (density > 0 && float.IsFinite(density) && t2 > 0 && t2 <= 2 * t1 && float.IsFinite(t1));
            if (!sound)
            {
                Check.Fail("maps", FormattableString.Invariant($"T1 {t1} s, T2 {t2} s, density {density} at row {i / width}, column {i % width}"),
                    "expected finite T1 and T2 above 0 with T2 at most 2 T1, and a density of 0 or more");
            }
            if (density > 0) (truth.T1Seconds[i], truth.T2Seconds[i], truth.ProtonDensity[i]) = (t1, t2, density);
        }
        return new Phantom(name, truth, null, null);
    }

    /// <summary>The same phantom with maps of its own, to be changed.</summary>
    public Phantom Copy()
    {
        Phantom copy = new(Name, new ParameterMaps(Truth.Width, Truth.Height), Labels?.ToArray(), Tissues);
        Truth.CopyTo(copy.Truth);
        SignalMask.CopyTo(copy.SignalMask, 0);
        BrainMask.CopyTo(copy.BrainMask, 0);
        return copy;
    }

    /// <summary>[voxel]: the voxels of one tissue.</summary>
    /// <exception cref="InvalidOperationException">The phantom has no labels.</exception>
    public bool[] MaskOf(LabeledTissue tissue)
    {
        if (Labels is null) throw new InvalidOperationException($"phantom {Name} is made of parameter maps: it has no tissues.");
        bool[] mask = new bool[Labels.Count];
        for (int i = 0; i < mask.Length; i++) mask[i] = Labels[i] == tissue.Label;
        return mask;
    }
}
