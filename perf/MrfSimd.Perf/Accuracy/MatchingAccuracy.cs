using MrfSimd.Fingerprinting;

namespace MrfSimd.Perf;

/// <summary>
/// <c>accuracy matching</c> and <c>accuracy matching-speed</c>: what each way to search Ma's 563,784 atoms gives up and costs, on the noisy phantom and on random
/// draws. Exactness needs many signals and no clock, speed a quiet machine and few signals, so each has a report.
/// </summary>
internal sealed class MatchingAccuracy(int signals, WorkerTeam team)
{
    private const double PeakSnr = 40;

    private readonly (string Name, TestScan Scan)[] _sets =
    [
        ("Noisy brain", new(TestVoxels.Brain(signals), MrfSequences.Sinusoid(), PeakSnr, 1, team)),
        ("Random draws", new(TestVoxels.Random(signals, 1), MrfSequences.Sinusoid(), PeakSnr, 1, team)),
    ];

    /// <summary>Writes <c>matching.md</c> to a folder: exactness, errors, operations.</summary>
    public void WriteExactness(string folder)
    {
        MarkdownReport report = new("Ways to search a dictionary: exactness and operations", "matching");
        report.Paragraph($"""
            {Data}. Identical: share of the signals with the atom of the exact search. Differences are root mean squares against the exact search's tissue, errors against
            the truth (of T1 and T2 relative). Interpolated: the exact search, then off the grid (`PeakInterpolation`). Operations by `FlopCount`; times fewer is the exact
            search's figure over the method's. How long they take: [matching-speed.md](matching-speed.md).
            """);
        IReadOnlyList<SearchReport> reports = Compare();
        Tables(
            report, ["method", "identical, %", "T1, T2, B0 differ by", "T1, T2, B0 errors", "MFLOP per signal", "times fewer"],
            set => [.. reports.Where(row => row.Set == set).Select(row => Exactness(row, _sets[set].Scan.Truth)), Interpolated(reports[set], _sets[set].Scan)]);
        report.Write(Path.Combine(folder, "matching.md"));
    }

    /// <summary>Writes <c>matching-speed.md</c>: wall-clock times beside operations.</summary>
    public void WriteSpeed(string folder)
    {
        MarkdownReport report = new("Ways to search a dictionary: speed", "matching-speed");
        report.Paragraph($"""
            {Data}, {team.Size} threads on an otherwise idle machine: another run than that of [matching.md](matching.md), on fewer signals. Times faster and times fewer
            are the exact search's figure over the method's, preparation is the basis, the groups and the packing.
            """);
        IReadOnlyList<SearchReport> reports = Compare();
        Tables(
            report, ["method", "identical, %", "us per signal", "times faster", "times fewer operations", "GFLOP/s", "preparation, s"],
            set => [.. reports.Where(row => row.Set == set).Select(Speed)]);
        report.Write(Path.Combine(folder, "matching-speed.md"));
    }

    private string Data => $"{ParameterGrid.Ma}; {MrfSequences.Sinusoid()}; {signals} signals of each set, peak SNR {PeakSnr}";

    private IReadOnlyList<SearchReport> Compare() => SearchComparison.Run(
        MrfSequences.Sinusoid(), ParameterGrid.Ma, SearchMethod.Approximate, [.. _sets.Select(set => (ReadOnlyMemory<ComplexF>)set.Scan.Signals)], team);

    private void Tables(MarkdownReport report, string[] columns, Func<int, string[][]> rows)
    {
        for (int set = 0; set < _sets.Length; set++) report.Table(_sets[set].Name, columns, rows(set));
    }

    private static string[] Speed(SearchReport row) =>
    [
        row.Method, $"{100 * row.Agreement.Identical:f2}", $"{1e6 * row.SecondsPerSignal:f1}", $"{row.SpeedUp:f2}", $"{row.FewerFlops:f2}",
        $"{row.FlopsPerSignal / row.SecondsPerSignal / 1e9:f0}", $"{row.PreparationSeconds:f1}",
    ];

    private static string[] Exactness(SearchReport row, TestVoxels truth)
    {
        ParameterGrid grid = ParameterGrid.Ma;
        AtomParameters[] found = [.. row.Matches.Select(match => grid[match.Atom])];
        MatchAgreement agreement = row.Agreement;
        return
        [
            row.Method, $"{100 * agreement.Identical:f2}", Three(agreement.T1Rms, agreement.T2Rms, agreement.OffResonanceRms),
            Errors([.. found.Select(tissue => tissue.T1Seconds)], [.. found.Select(tissue => tissue.T2Seconds)], [.. found.Select(tissue => tissue.OffResonanceHz)], truth),
            $"{row.FlopsPerSignal / 1e6:f2}", $"{row.FewerFlops:f2}",
        ];
    }

    /// <summary>The matches of the exact search, moved to the peak between atoms.</summary>
    private string[] Interpolated(SearchReport exact, TestScan scan)
    {
        using PeakInterpolation interpolation = new(MrfSequences.Sinusoid(), ParameterGrid.Ma, team);
        AtomParameters[] found = [.. exact.Matches.Select(match => ParameterGrid.Ma[match.Atom])];
        float[] t1 = [.. found.Select(tissue => tissue.T1Seconds)], t2 = [.. found.Select(tissue => tissue.T2Seconds)];
        float[] offResonance = [.. found.Select(tissue => tissue.OffResonanceHz)], density = [.. exact.Matches.Select(match => match.Amplitude)];
        interpolation.Improve(scan.Signals, [.. exact.Matches], t1, t2, offResonance, density);
        double flops = exact.FlopsPerSignal + interpolation.FlopsPerVoxel;
        return ["exact, interpolated", "", "", Errors(t1, t2, offResonance, scan.Truth), $"{flops / 1e6:f2}", $"{exact.FlopsPerSignal / flops:f2}"];
    }

    private static string Errors(float[] t1, float[] t2, float[] offResonance, TestVoxels truth)
    {
        double Rms(Func<int, double> error) => Math.Sqrt(Enumerable.Range(0, t1.Length).Average(i => Math.Pow(error(i), 2)));
        return Three(Rms(i => t1[i] / (double)truth.T1[i] - 1), Rms(i => t2[i] / (double)truth.T2[i] - 1), Rms(i => (double)offResonance[i] - truth.OffResonance[i]));
    }

    private static string Three(double t1, double t2, double hertz) => $"{100 * t1:f2} %, {100 * t2:f2} %, {hertz:f2} Hz";
}
