namespace MrfSimd.Fingerprinting;

/// <summary>
/// Matching with a known B1 map: each voxel is compared with the atoms simulated at the nearest of some B1 values (bins), one bin after the
/// other, so that a single bin's dictionary is in memory at a time.
/// </summary>
public sealed class KnownB1Matcher
{
    // Voxels gathered at a time: 16 MiB of signals of 500 pulses.
    private const int ChunkVoxels = 4096;

    private readonly double[] _bins;
    private readonly PulseSequence _sequence;
    private readonly Func<double, DictionaryMatcher> _makeMatcher;

    /// <summary>Chooses the bins.</summary>
    /// <param name="sequence">The pulse sequence.</param>
    /// <param name="bins">B1 values relative to nominal, ascending, above 0.</param>
    /// <param name="makeMatcher">Makes the matcher over the atoms at one of them; it is disposed when the bin is done.</param>
    /// <exception cref="ArgumentException">There is no bin, or they are not ascending and above 0.</exception>
    public KnownB1Matcher(PulseSequence sequence, ReadOnlySpan<double> bins, Func<double, DictionaryMatcher> makeMatcher)
    {
        if (bins.IsEmpty) Check.Fail(nameof(bins), "empty", "expected one value or more");
        for (int i = 0; i < bins.Length; i++)
        {
            Check.PositiveFinite(bins[i], $"{nameof(bins)}[{i}]");
            if (i > 0 && bins[i] <= bins[i - 1]) Check.Fail($"{nameof(bins)}[{i}]", bins[i], $"expected more than the value before, {bins[i - 1]}");
        }
        (_sequence, _bins, _makeMatcher) = (sequence, bins.ToArray(), makeMatcher);
    }

    /// <summary>The B1 values.</summary>
    public ReadOnlySpan<double> Bins => _bins;

    /// <summary>Estimates the parameters of each voxel.</summary>
    /// <param name="signals">[voxel, pulse], row-major.</param>
    /// <param name="b1">[voxel], relative to nominal; beyond the bins the nearest one counts, and a value that is not above 0 gives NaN in every map.</param>
    /// <param name="t1Seconds">[voxel], written.</param>
    /// <param name="t2Seconds">[voxel], written.</param>
    /// <param name="offResonanceHz">[voxel], written.</param>
    /// <param name="protonDensity">[voxel], written.</param>
    /// <param name="progress">Told the number of voxels done; null for nobody.</param>
    /// <param name="cancellation">Heard between blocks.</param>
    /// <exception cref="ArgumentException">A length does not fit.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public void Estimate(
        ReadOnlySpan<ComplexF> signals, ReadOnlySpan<float> b1, Span<float> t1Seconds, Span<float> t2Seconds, Span<float> offResonanceHz,
        Span<float> protonDensity, IProgress<long>? progress, CancellationToken cancellation)
    {
        Check.Length(signals.Length, (long)b1.Length * _sequence.Count, nameof(signals), "voxels x pulses");
        Estimate(new MemorySignals(signals, _sequence.Count), b1, t1Seconds, t2Seconds, offResonanceHz, protonDensity, progress, cancellation);
    }

    /// <summary>As the other overload, of signals of any number: they are read block by block, once for each bin that has voxels in the block.</summary>
    /// <inheritdoc cref="Estimate(ReadOnlySpan{ComplexF}, ReadOnlySpan{float}, Span{float}, Span{float}, Span{float}, Span{float}, IProgress{long}?, CancellationToken)"/>
    public void Estimate<TReader>(
        TReader signals, ReadOnlySpan<float> b1, Span<float> t1Seconds, Span<float> t2Seconds, Span<float> offResonanceHz,
        Span<float> protonDensity, IProgress<long>? progress, CancellationToken cancellation) where TReader : ISignalReader, allows ref struct
    {
        Check.Length(t1Seconds.Length, b1.Length, nameof(t1Seconds), "one per voxel");
        Check.Length(t2Seconds.Length, b1.Length, nameof(t2Seconds), "one per voxel");
        Check.Length(offResonanceHz.Length, b1.Length, nameof(offResonanceHz), "one per voxel");
        Check.Length(protonDensity.Length, b1.Length, nameof(protonDensity), "one per voxel");
        int pulses = _sequence.Count;
        int[] bins = new int[b1.Length];
        long done = 0;
        for (int i = 0; i < b1.Length; i++)
        {
            bins[i] = b1[i] > 0 ? Nearest(b1[i]) : Match.None;
            if (bins[i] != Match.None) continue;
            t1Seconds[i] = t2Seconds[i] = offResonanceHz[i] = protonDensity[i] = float.NaN;
            done++;
        }
        using AlignedBuffer<ComplexF> read = new((long)ChunkVoxels * pulses), gathered = new((long)ChunkVoxels * pulses);
        using AlignedBuffer<float> found = new(4 * ChunkVoxels);
        int[] voxels = new int[ChunkVoxels];
        for (int bin = 0; bin < _bins.Length; bin++)
        {
            if (!bins.AsSpan().Contains(bin)) continue;
            using DictionaryMatcher matcher = _makeMatcher(_bins[bin]);
            int count = 0;
            for (int first = 0; first < b1.Length; first += ChunkVoxels)
            {
                ReadOnlySpan<int> block = bins.AsSpan(first, Math.Min(ChunkVoxels, bins.Length - first));
                if (!block.Contains(bin)) continue;
                cancellation.ThrowIfCancellationRequested();
                Span<ComplexF> rows = read.Slice(0, block.Length * pulses);
                signals.Read(first, rows);
                for (int i = 0; i < block.Length; i++)
                {
                    if (block[i] != bin) continue;
                    rows.Slice(i * pulses, pulses).CopyTo(gathered.Slice(count * pulses, pulses));
                    voxels[count++] = first + i;
                    if (count < ChunkVoxels) continue;
                    MatchChunk(matcher, gathered, found, voxels.AsSpan(0, count), t1Seconds, t2Seconds, offResonanceHz, protonDensity, cancellation);
                    progress?.Report(done += count);
                    count = 0;
                }
            }
            MatchChunk(matcher, gathered, found, voxels.AsSpan(0, count), t1Seconds, t2Seconds, offResonanceHz, protonDensity, cancellation);
            progress?.Report(done += count);
        }
    }

    private static void MatchChunk(
        DictionaryMatcher matcher, AlignedBuffer<ComplexF> gathered, AlignedBuffer<float> found, ReadOnlySpan<int> voxels, Span<float> t1Seconds,
        Span<float> t2Seconds, Span<float> offResonanceHz, Span<float> protonDensity, CancellationToken cancellation)
    {
        Span<float> t1 = found.Slice(0, voxels.Length), t2 = found.Slice(ChunkVoxels, voxels.Length);
        Span<float> offResonance = found.Slice(2 * ChunkVoxels, voxels.Length), density = found.Slice(3 * ChunkVoxels, voxels.Length);
        matcher.Estimate(gathered.Slice(0, voxels.Length * matcher.Sequence.Count), t1, t2, offResonance, density, null, cancellation);
        for (int i = 0; i < voxels.Length; i++)
            (t1Seconds[voxels[i]], t2Seconds[voxels[i]], offResonanceHz[voxels[i]], protonDensity[voxels[i]]) = (t1[i], t2[i], offResonance[i], density[i]);
    }

    /// <summary>Signals that are in memory.</summary>
    private readonly ref struct MemorySignals(ReadOnlySpan<ComplexF> all, int pulses) : ISignalReader
    {
        private readonly ReadOnlySpan<ComplexF> _all = all;

        public void Read(int firstVoxel, Span<ComplexF> signals) => _all.Slice(firstVoxel * pulses, signals.Length).CopyTo(signals);
    }

    private int Nearest(double b1)
    {
        int above = Array.BinarySearch(_bins, b1);
        if (above >= 0) return above;
        above = ~above;
        if (above == 0) return 0;
        return above == _bins.Length || b1 - _bins[above - 1] <= _bins[above] - b1 ? above - 1 : above;
    }
}
