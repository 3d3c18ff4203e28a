using MrfSimd.Fingerprinting;

namespace MrfSimd.Perf;

/// <summary>
/// <c>accuracy multiplications</c>: what a model loses by rounding, with four and with three real multiplications per complex one, and with weights in
/// 16 bits: outputs and parameters of a plan in single precision against the same weights and signals in double.
/// </summary>
internal sealed class MultiplicationAccuracy(string model, WorkerTeam team)
{
    private const double PeakSnr = 40;
    private const int Voxels = 8192;

    /// <summary>Runs all and writes <c>multiplications.md</c> to a folder.</summary>
    public void Write(string folder)
    {
        using FingerprintModel read = FingerprintModel.Read(model);
        (string Name, TestVoxels Voxels)[] sets = [("brain", TestVoxels.Brain(Voxels)), ("random draws", TestVoxels.Random(Voxels, 1))];
        List<(string Set, RoundingTrial Trial)> trials = [];
        foreach ((string name, TestVoxels voxels) in sets)
        {
            TestScan scan = new(voxels, read.Sequence, PeakSnr, 1, team, anyPhase: read.Phase == SignalPhase.Unknown);
            foreach (WeightPrecision precision in Enum.GetValues<WeightPrecision>())
                foreach (ComplexProductMode mode in Enum.GetValues<ComplexProductMode>()) trials.Add((name, RoundingTrial.Run(read, scan, mode, precision, team)));
        }
        MarkdownReport report = new("What three multiplications and weights in 16 bits lose", "multiplications");
        report.Paragraph($"""
            The shipped model, {read.Sequence}, {Voxels} voxels of each set with noise (peak SNR {PeakSnr}). Rounding: a plan in single precision
            against the same weights and scaled signals in double precision. Derivation and bounds: docs/math/cgemm.md.
            """);
        report.Table(
            "Outputs of the networks", ["voxels", "network", "multiplications, weights", "normwise error, all voxels", "largest of a voxel over the root mean square"],
            trials.SelectMany(trial => read.Headers.Zip(trial.Trial.Outputs, (header, error) => new[]
            {
                trial.Set, header.Name, Products(trial.Trial), $"{error.Normwise:e1}", $"{error.Largest:e1}",
            })));
        report.Paragraph("Root mean square and largest error over the voxels; for comparison the error against the truth, which noise and training make.");
        report.Table(
            "T1, T2 and off-resonance", ["voxels", "multiplications, weights", "T1, ms", "T2, ms", "B0, Hz"],
            [
                .. trials.Select(trial => Row(
                    trial.Set, Products(trial.Trial), trial.Trial.Parameters.Select(error => $"{error.Rms:e1}, largest {error.Largest:e1}"))),
                .. trials.Where(trial => trial.Trial is { Mode: ComplexProductMode.FourMultiplications, Precision: WeightPrecision.Full })
                    .Select(trial => Row(trial.Set, "against the truth", trial.Trial.AgainstTruth.Select(rms => $"{rms:g3}"))),
            ]);
        report.Write(Path.Combine(folder, "multiplications.md"));
    }

    private static string[] Row(string set, string what, IEnumerable<string> cells) => [set, what, .. cells];

    private static string Products(RoundingTrial trial) =>
        (trial.Mode == ComplexProductMode.FourMultiplications ? "four" : "three") + (trial.Precision == WeightPrecision.Full ? "" : ", 16 bits");
}
