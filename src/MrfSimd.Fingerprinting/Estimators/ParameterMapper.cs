using System.Numerics.Tensors;
using MrfSimd.Networks;

namespace MrfSimd.Fingerprinting;

/// <summary>
/// The front door for reconstruction software: signals of any layout in, maps out. It makes the signals what the model's sequence gives, leaves
/// out the background, runs the networks and perhaps the refinement, and tells whether model and data belong together.
/// </summary>
/// <remarks>
/// A voxel outside the mask or without signal gives 0 in every map; one with a number that is not finite gives NaN and leaves the others alone.
/// Results do not depend on the team, the SIMD level or the layout. One caller at a time.
/// </remarks>
public sealed class ParameterMapper : IDisposable
{
    // Voxels per worker and block: 6 MB of signals at 500 pulses, some tens of milliseconds of work.
    private const int BlockRows = 1536;

    private readonly MappingOptions _options;
    private readonly SignalConvention _convention;
    private readonly NetworkMapper _networks;
    private readonly MaximumLikelihoodMapper? _refined;
    private readonly ResidualSample _residual;
    private readonly AlignedBuffer<ComplexF> _signals;
    private readonly float[] _t1, _t2, _b0, _density, _b1;
    private readonly int[] _places;
    private readonly UncertaintyMaps? _uncertainty;
    private long _mapped;

    /// <summary>Prepares a model; it may be disposed afterwards.</summary>
    /// <param name="model">The model.</param>
    /// <param name="team">Threads; not disposed with the mapper.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public ParameterMapper(FingerprintModel model, WorkerTeam team, MappingOptions? options = null)
    {
        _options = options ?? new MappingOptions();
        if (_options.NoiseDeviation is double deviation) Check.PositiveFinite(deviation, nameof(MappingOptions.NoiseDeviation));
        _convention = new SignalConvention(model.Sequence, _options.Conjugate, _options.RawPhase);
        _networks = new NetworkMapper(model, team, _options.Multiplication, _options.Precision);
        _refined = _options.Refinement is null ? null : new MaximumLikelihoodMapper(_networks, _options.Refinement, team);
        _residual = new ResidualSample(model.Sequence);
        int block = BlockRows * team.Size;
        _signals = new((long)block * model.Sequence.Count);
        (_t1, _t2, _b0, _density, _b1) = (new float[block], new float[block], new float[block], new float[block], new float[block]);
        _places = new int[block];
        _uncertainty = _refined is null ? null : new UncertaintyMaps(block);
    }

    /// <summary>The sequence that the signals must come from.</summary>
    public PulseSequence Sequence => _networks.Sequence;

    /// <summary>Refuses data of another sequence.</summary>
    /// <exception cref="ArgumentException">The sequences differ; the message names both.</exception>
    public void CheckSequence(PulseSequence sequence) => FingerprintModel.CheckSequence(sequence, Sequence);

    /// <summary>Maps signals that lie voxel by voxel.</summary>
    /// <param name="signals">[voxel, pulse], row-major.</param>
    /// <param name="maps">[voxel] each, written.</param>
    /// <param name="mask">Voxels to map, [voxel]; empty for all. <see cref="SignalMask"/> finds them.</param>
    /// <param name="cancellation">Heard between blocks.</param>
    /// <inheritdoc cref="Estimate(in ReadOnlyTensorSpan{ComplexF}, int, in MapSpans, ReadOnlySpan{bool}, IProgress{long}, CancellationToken)" path="/returns|/exception"/>
    public MappingResidual Estimate(
        ReadOnlySpan<ComplexF> signals, in MapSpans maps, ReadOnlySpan<bool> mask = default, CancellationToken cancellation = default)
    {
        Check.Length(signals.Length, (long)maps.T1Seconds.Length * Sequence.Count, nameof(signals), "voxels x pulses");
        return Estimate(new ReadOnlyTensorSpan<ComplexF>(signals, [maps.T1Seconds.Length, Sequence.Count]), 1, maps, mask, null, cancellation);
    }

    /// <summary>Maps signals of any layout, for example time-major as reconstructions have them, [pulse, z, y, x].</summary>
    /// <param name="signals">As long as the sequence along <paramref name="pulseAxis"/>; the other axes, in order, count the voxels.</param>
    /// <param name="pulseAxis">The axis of a signal's samples.</param>
    /// <param name="maps">[voxel] each, written.</param>
    /// <param name="mask">Voxels to map, [voxel]; empty for all.</param>
    /// <param name="progress">Told the number of voxels done; null for nobody.</param>
    /// <param name="cancellation">Heard between blocks.</param>
    /// <returns>What the model leaves of the signals.</returns>
    /// <exception cref="ArgumentException">A shape does not fit, or uncertainties are asked of a mapper that does not refine.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public MappingResidual Estimate(
        in ReadOnlyTensorSpan<ComplexF> signals, int pulseAxis, in MapSpans maps, ReadOnlySpan<bool> mask, IProgress<long>? progress,
        CancellationToken cancellation)
    {
        StridedRows rows = new(signals, pulseAxis);
        Check.Length(rows.Samples, Sequence.Count, nameof(signals), "pulses along the pulse axis");
        int voxels = maps.T1Seconds.Length;
        Check.Length(rows.Count, voxels, nameof(signals), "voxels of the maps");
        Begin(mask.IsEmpty ? voxels : mask.Count(true));
        return Add(rows, maps, mask, progress, cancellation);
    }

    /// <summary>Begins a map that is handed over in parts, as from a file that is larger than memory; see <see cref="EstimatePart"/>.</summary>
    /// <param name="voxels">Voxels of the whole map.</param>
    public void Begin(long voxels)
    {
        _residual.Begin(voxels);
        _mapped = 0;
    }

    /// <summary>Maps the next voxels since <see cref="Begin"/>.</summary>
    /// <param name="signals">[voxel, pulse], row-major.</param>
    /// <param name="maps">[voxel] each, of this part alone, written. Poor fits are those that stand out of the part.</param>
    /// <param name="mask">Voxels to map, [voxel] of this part; empty for all.</param>
    /// <param name="cancellation">Heard between blocks.</param>
    /// <returns>What the model leaves of the signals of all parts so far.</returns>
    /// <exception cref="ArgumentException">A length does not fit, or uncertainties are asked of a mapper that does not refine.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public MappingResidual EstimatePart(
        ReadOnlySpan<ComplexF> signals, in MapSpans maps, ReadOnlySpan<bool> mask = default, CancellationToken cancellation = default)
    {
        int voxels = maps.T1Seconds.Length;
        Check.Length(signals.Length, (long)voxels * Sequence.Count, nameof(signals), "voxels x pulses");
        ReadOnlyTensorSpan<ComplexF> tensor = new(signals, [voxels, Sequence.Count]);
        return Add(new StridedRows(tensor, 1), maps, mask, null, cancellation);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _signals.Dispose();
        _residual.Dispose();
        _refined?.Dispose();
        _networks.Dispose();
    }

    private MappingResidual Add(
        in StridedRows rows, in MapSpans maps, ReadOnlySpan<bool> mask, IProgress<long>? progress, CancellationToken cancellation)
    {
        int voxels = maps.T1Seconds.Length;
        maps.Check(voxels, _refined is not null);
        if (!mask.IsEmpty) Check.Length(mask.Length, voxels, nameof(mask), "one per voxel, or empty");
        for (int next = 0; next < voxels;)
        {
            cancellation.ThrowIfCancellationRequested();
            int first = next, count = Select(mask, voxels, ref next);
            maps.Clear(first, next - first);
            EstimateBlock(Gather(rows, first, count, isAll: mask.IsEmpty), maps, _places.AsSpan(0, count), cancellation);
            _mapped += count;
            progress?.Report(next);
        }
        if (maps.Uncertainty is not null) _refined!.FlagPoorFits(maps.Uncertainty, maps.ProtonDensity);
        return new(
            _residual.Median(), _residual.MedianDeviation(), _residual.IsSuspicious(_options.NoiseDeviation ?? _options.Refinement?.NoiseDeviation));
    }

    /// <summary>Fills a block with the next voxels of the mask.</summary>
    private int Select(ReadOnlySpan<bool> mask, int voxels, ref int next)
    {
        int count = 0;
        for (; next < voxels && count < _places.Length; next++)
            if (mask.IsEmpty || mask[next]) _places[count++] = next;
        return count;
    }

    /// <summary>The signals of the selected voxels as the sequence gives them: where they lie, or copied run by run.</summary>
    private ReadOnlySpan<ComplexF> Gather(in StridedRows rows, int first, int count, bool isAll)
    {
        int pulses = Sequence.Count;
        if (isAll && _convention.IsTheSequences && rows.TryGetDense(first, count, out ReadOnlySpan<ComplexF> dense)) return dense;
        Span<ComplexF> gathered = _signals.Slice(0, count * pulses);
        for (int start = 0; start < count;)
        {
            int run = 1;
            while (start + run < count && _places[start + run] == _places[start] + run) run++;
            rows.Gather(_places[start], run, gathered.Slice(start * pulses, run * pulses));
            start += run;
        }
        _convention.Apply(gathered);
        return gathered;
    }

    private void EstimateBlock(ReadOnlySpan<ComplexF> signals, in MapSpans maps, ReadOnlySpan<int> places, CancellationToken cancellation)
    {
        int count = places.Length;
        Span<float> t1 = _t1.AsSpan(0, count), t2 = _t2.AsSpan(0, count), b0 = _b0.AsSpan(0, count), density = _density.AsSpan(0, count),
            b1 = _b1.AsSpan(0, count);
        if (_refined is null)
        {
            _networks.Estimate(signals, t1, t2, b0, b1, density, null, cancellation);
        }
        else
        {
            for (int i = 0; i < count; i++) b1[i] = maps.KnownB1.IsEmpty ? 1 : maps.KnownB1[places[i]];
            FitSpans fit = new()
            {
                T1Seconds = t1,
                T2Seconds = t2,
                OffResonanceHz = b0,
                ProtonDensity = density,
                KnownB1 = maps.KnownB1.IsEmpty ? default : b1,
                Uncertainty = _uncertainty,
                First = 0,
            };
            _refined.Fit(signals, fit, null, cancellation);
            if (_options.Refinement!.TransmitField == TransmitField.Fitted) _uncertainty!.EstimatedB1.AsSpan(0, count).CopyTo(b1);
        }
        _residual.Add(_mapped, signals, t1, t2, b0, b1);
        for (int i = 0; i < count; i++)
        {
            int place = places[i];
            (maps.T1Seconds[place], maps.T2Seconds[place], maps.OffResonanceHz[place], maps.ProtonDensity[place]) = (t1[i], t2[i], b0[i], density[i]);
            if (!maps.B1.IsEmpty) maps.B1[place] = b1[i];
            if (maps.Uncertainty is not null) _uncertainty!.Copy(i, maps.Uncertainty, place);
        }
    }
}
