using System.Text.Json;
using MrfSimd.Fingerprinting;

namespace MrfSimd.Cli;

/// <summary>How the fits of a refinement ended.</summary>
internal sealed class OutcomeCounts
{
    /// <summary>Noise alone makes one fit of 500 poor; from this share on something else does.</summary>
    private const double SuspiciousShare = 0.01;

    private readonly int[] _counts = new int[Enum.GetValues<VoxelOutcome>().Length];

    /// <summary>Share of the poor fits among the voxels where something was fitted.</summary>
    public double PoorShare =>
        (double)this[VoxelOutcome.PoorFit] / Math.Max(1, this[VoxelOutcome.AtBound] + this[VoxelOutcome.PoorFit] + this[VoxelOutcome.Converged]);

    /// <summary>Whether the model may not hold.</summary>
    public bool IsSuspicious => PoorShare > SuspiciousShare;

    /// <summary>Voxels of an outcome.</summary>
    public int this[VoxelOutcome outcome] => _counts[(int)outcome];

    /// <summary>Counts the voxels of a block, or of a whole map.</summary>
    public OutcomeCounts Add(UncertaintyMaps maps)
    {
        foreach (VoxelOutcome outcome in maps.Outcomes) _counts[(int)outcome]++;
        return this;
    }

    /// <summary>Writes a property that is an object of numbers, voxels without signal left out.</summary>
    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject("outcomes");
        foreach (VoxelOutcome outcome in WithSignal) json.WriteNumber(JsonNamingPolicy.CamelCase.ConvertName(outcome.ToString()), this[outcome]);
        json.WriteEndObject();
    }

    /// <summary>For example <c>PoorFit 9, Converged 4772 voxels</c>.</summary>
    public override string ToString() =>
        string.Join(", ", WithSignal.Where(outcome => this[outcome] > 0).Select(outcome => $"{outcome} {this[outcome]}")) + " voxels";

    private static IEnumerable<VoxelOutcome> WithSignal => Enum.GetValues<VoxelOutcome>().Where(outcome => outcome != VoxelOutcome.NoSignal);
}
