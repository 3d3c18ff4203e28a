using System.Numerics.Tensors;
using MrfSimd.Fingerprinting;

namespace MrfSimd.Native;

/// <summary>A mapper with its threads. Callers wait for each other.</summary>
internal sealed unsafe class OpenMapper : IDisposable
{
    // Voxels per call of the mapper: what spans can hold, and 2 GB of uncertainties.
    private const long LargestPart = 1 << 26;

    private readonly Lock _gate = new();
    private readonly WorkerTeam _team;
    private readonly ParameterMapper _mapper;
    private bool _disposed;

    /// <summary>Takes over the model.</summary>
    public OpenMapper(FingerprintModel model, in NativeOptions options)
    {
        // The model first: a file that cannot be read leaves no thread behind.
        using (model)
        {
            double? noise = options.NoiseDeviation == 0 ? null : options.NoiseDeviation;
            _team = new WorkerTeam(options.Threads);
            try
            {
                _mapper = new ParameterMapper(model, _team, new MappingOptions
                {
                    Conjugate = options.Conjugate != 0,
                    RawPhase = options.RawPhase != 0,
                    NoiseDeviation = noise,
                    Multiplication = options.ThreeMultiplications != 0 ? ComplexProductMode.ThreeMultiplications : ComplexProductMode.FourMultiplications,
                    Precision = options.SixteenBitWeights != 0 ? WeightPrecision.SixteenBits : WeightPrecision.Full,
                    Refinement = options.Refine != 0 ? new RefinementOptions { NoiseDeviation = noise } : null,
                });
            }
            catch
            {
                _team.Dispose();
                throw;
            }
        }
    }

    public PulseSequence Sequence => _mapper.Sequence;

    /// <summary>Of the last map.</summary>
    public MappingResidual Residual { get; private set; } = new(double.NaN, double.NaN, false);

    public void CheckSequence(PulseSequence sequence) => _mapper.CheckSequence(sequence);

    public void Map(ComplexF* signals, long voxels, long voxelStride, long pulseStride, byte* mask, float* b1, in NativeMaps maps)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            for (long first = 0; first < voxels; first += LargestPart)
                MapPart(signals + first * voxelStride, first, (int)Math.Min(LargestPart, voxels - first), voxelStride, pulseStride, mask, b1, maps);
        }
    }

    public void Dispose()
    {
        // A call that still runs ends first.
        lock (_gate)
        {
            _disposed = true;
            _mapper.Dispose();
            _team.Dispose();
        }
    }

    private void MapPart(ComplexF* signals, long first, int count, long voxelStride, long pulseStride, byte* mask, float* b1, in NativeMaps maps)
    {
        nint pulses = Sequence.Count, reach = checked((nint)((count - 1) * voxelStride + (pulses - 1) * pulseStride + 1));
        // Tensors want the axis with the longer steps first, and no step along an axis of one.
        nint voxelStep = count == 1 ? 0 : (nint)voxelStride, pulseStep = pulses == 1 ? 0 : (nint)pulseStride;
        bool voxelsFirst = voxelStride >= pulseStride;
        ReadOnlyTensorSpan<ComplexF> tensor = voxelsFirst
            ? new(signals, reach, [count, pulses], [voxelStep, pulseStep])
            : new(signals, reach, [pulses, count], [pulseStep, voxelStep]);
        UncertaintyMaps? uncertainty = maps.AsksForUncertainty ? new(count) : null;
        MapSpans spans = new()
        {
            T1Seconds = new(maps.T1 + first, count),
            T2Seconds = new(maps.T2 + first, count),
            OffResonanceHz = new(maps.OffResonance + first, count),
            ProtonDensity = new(maps.Density + first, count),
            B1 = maps.B1 == null ? default : new(maps.B1 + first, count),
            KnownB1 = b1 == null ? default : new(b1 + first, count),
            Uncertainty = uncertainty,
        };
        ReadOnlySpan<bool> voxels = mask == null ? default : new(mask + first, count);
        Residual = _mapper.Estimate(tensor, voxelsFirst ? 1 : 0, spans, voxels, null, CancellationToken.None);
        if (uncertainty is null) return;
        Copy(uncertainty.T1Seconds, maps.T1Deviation, first);
        Copy(uncertainty.T2Seconds, maps.T2Deviation, first);
        Copy(uncertainty.OffResonanceHz, maps.OffResonanceDeviation, first);
        Copy(uncertainty.ProtonDensity, maps.DensityDeviation, first);
        Copy(uncertainty.Residual, maps.Residual, first);
        Copy(uncertainty.Outcomes, (VoxelOutcome*)maps.Outcome, first);
    }

    private static void Copy<T>(T[] source, T* target, long first) where T : unmanaged
    {
        if (target != null) source.CopyTo(new Span<T>(target + first, source.Length));
    }
}
