using MrfSimd.Fingerprinting;

namespace MrfSimd.Perf;

/// <summary><c>accuracy matching</c>: what each way to search Ma's 563,784 atoms costs and gives up, on the noisy phantom and on random draws.</summary>
internal sealed class MatchingAccuracy(int signals, WorkerTeam team)
{
    private const double PeakSnr = 40;

    /// <summary>Runs all and writes <c>matching.md</c> to a folder.</summary>
    public void Write(string folder)
    {
        PulseSequence sequence = MrfSequences.Sinusoid();
        ParameterGrid grid = ParameterGrid.Ma;
        (string Name, TestScan Scan)[] sets =
        [
            ("brain", new(TestVoxels.Brain(signals), sequence, PeakSnr, 1, team)), ("random draws", new(TestVoxels.Random(signals, 1), sequence, PeakSnr, 1, team)),
        ];
        IReadOnlyList<SearchReport> reports = SearchComparison.Run(
            sequence, grid, SearchMethod.Approximate, [.. sets.Select(set => (ReadOnlyMemory<ComplexF>)set.Scan.Signals)], team);

        MarkdownReport report = new("Ways to search a dictionary", "matching");
        report.Paragraph($"""
            {grid}; {sequence}; {signals} signals of each set, peak SNR {PeakSnr}, {team.Size} threads. Identical: share of the signals with the atom of the exact search.
            Differences are root mean squares against the exact search's tissue, errors against the truth (of T1 and T2 relative). Operations by `FlopCount`; faster and fewer
            are the exact search's figure over the method's. Preparation is the basis, the groups and the packing.
            """);
        for (int set = 0; set < sets.Length; set++)
        {
            report.Table(
                sets[set].Name,
                [
                    "method", "identical, %", "T1, T2, B0 differ by", "T1, T2, B0 errors", "MFLOP per signal", "times fewer", "us per signal", "times faster",
                    "preparation, s",
                ],
                reports.Where(row => row.Set == set).Select(row => Row(row, grid, sets[row.Set].Scan.Truth)));
        }
        report.Write(Path.Combine(folder, "matching.md"));
    }

    private static string[] Row(SearchReport row, ParameterGrid grid, TestVoxels truth)
    {
        double t1 = 0, t2 = 0, offResonance = 0;
        for (int i = 0; i < row.Matches.Count; i++)
        {
            AtomParameters found = grid[row.Matches[i].Atom];
            t1 += Math.Pow(found.T1Seconds / (double)truth.T1[i] - 1, 2);
            t2 += Math.Pow(found.T2Seconds / (double)truth.T2[i] - 1, 2);
            offResonance += Math.Pow((double)found.OffResonanceHz - truth.OffResonance[i], 2);
        }
        string Three(double a, double b, double hertz) => $"{100 * a:f2} %, {100 * b:f2} %, {hertz:f2} Hz";
        double Rms(double sum) => Math.Sqrt(sum / row.Matches.Count);
        MatchAgreement agreement = row.Agreement;
        return
        [
            row.Method, $"{100 * agreement.Identical:f2}", Three(agreement.T1Rms, agreement.T2Rms, agreement.OffResonanceRms),
            Three(Rms(t1), Rms(t2), Rms(offResonance)), $"{row.FlopsPerSignal / 1e6:f2}", $"{row.FewerFlops:f2}", $"{1e6 * row.SecondsPerSignal:f1}", $"{row.SpeedUp:f2}",
            $"{row.PreparationSeconds:f1}",
        ];
    }
}
