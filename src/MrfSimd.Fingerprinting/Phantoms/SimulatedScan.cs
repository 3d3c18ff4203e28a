namespace MrfSimd.Fingerprinting;

/// <summary>
/// The noisy signals that a scanner would record of a phantom. Nothing but the parameters is kept: signals are simulated when they are
/// read, so a phantom of any size takes the memory of one block, and a voxel's noise depends on its place in the map alone.
/// </summary>
/// <remarks>Reading allocates nothing. One caller at a time.</remarks>
public sealed class SimulatedScan : IDisposable
{
    // Voxels simulated at a time where only their peak is wanted.
    private const int PeakBlock = 4096;

    // Streams of the factor's two numbers, apart from the noise's.
    private const uint FactorStream = 4;

    private readonly float[] _t1, _t2, _offResonance, _b1, _density;
    private readonly int[] _voxels;
    private readonly SignalPropagator _propagator;
    private readonly NoiseModel? _noise;
    private readonly ulong _seed;
    private readonly CounterRandom? _factors;
    private readonly WorkerTeam _team;

    /// <summary>Prepares the scan of the voxels in a mask.</summary>
    /// <param name="maps">The truth; the voxels of the mask need T1 and T2 above 0; those of proton density 0 have noise alone.</param>
    /// <param name="mask">[voxel]: which voxels have signal.</param>
    /// <param name="sequence">The sequence played.</param>
    /// <param name="noise">The noise, relative to the largest |signal| over the clean voxels and pulses; null for none.</param>
    /// <param name="seed">Seed of the noise.</param>
    /// <param name="team">Threads; not disposed with the scan.</param>
    /// <param name="peak">The peak that the noise refers to; null for the largest |signal| over the mask.</param>
    /// <param name="randomFactor">
    /// Whether each voxel's signal and noise are multiplied by a complex factor of its own, of any phase and a modulus from 1/2 to 2: what a coil does.
    /// </param>
    /// <param name="progress">Told the number of voxels simulated to find the peak; null for nobody.</param>
    /// <param name="cancellation">Heard between blocks of them.</param>
    /// <exception cref="ArgumentException">The mask's length differs, or a parameter is out of range.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public SimulatedScan(ParameterMaps maps, ReadOnlySpan<bool> mask, PulseSequence sequence, NoiseModel? noise, ulong seed, WorkerTeam team,
        double? peak = null, bool randomFactor = false, IProgress<long>? progress = null, CancellationToken cancellation = default)
    {
        Check.Length(mask.Length, maps.Count, nameof(mask), "voxels of the maps");
        _voxels = new int[mask.Count(true)];
        for (int i = 0, next = 0; i < mask.Length; i++)
            if (mask[i]) _voxels[next++] = i;
        _t1 = Gather(maps.T1Seconds);
        _t2 = Gather(maps.T2Seconds);
        _offResonance = Gather(maps.OffResonanceHz);
        // A field of ones is nominal, and the simulation of a nominal one takes none.
        _b1 = maps.B1.AsSpan().ContainsAnyExcept(1f) ? Gather(maps.B1) : [];
        _density = Gather(maps.ProtonDensity);
        _seed = seed;
        _team = team;
        _propagator = SignalPropagator.Create(sequence);
        // As long as there is no noise, reading gives the clean signals.
        Peak = peak ?? FindPeak(progress, cancellation);
        _noise = noise;
        _factors = randomFactor ? new CounterRandom(seed, FactorStream) : null;
    }

    /// <summary>The place in the map of each voxel scanned, in map order.</summary>
    public ReadOnlySpan<int> Voxels => _voxels;

    /// <summary>Largest |signal| over all voxels and pulses, without noise.</summary>
    public double Peak { get; }

    /// <summary>Standard deviation of the noise per real and imaginary part.</summary>
    public double Sigma => _noise?.Sigma(Peak) ?? 0;

    /// <summary>Simulates and adds noise: the signals of voxels <paramref name="first"/>, first + 1, ... of <see cref="Voxels"/>.</summary>
    /// <param name="first">The first voxel.</param>
    /// <param name="signals">[voxel, pulse], overwritten; a whole number of voxels.</param>
    /// <exception cref="ArgumentException">The part reaches beyond the scan.</exception>
    public void Read(int first, Span<ComplexF> signals)
    {
        int pulses = _propagator.Sequence.Count, count = signals.Length / pulses;
        Check.Length(signals.Length, (long)count * pulses, nameof(signals), "voxels x pulses");
        Check.InRange(first, 0, _voxels.Length - count);
        ReadOnlySpan<float> b1 = _b1.Length == 0 ? default : _b1.AsSpan(first, count);
        _propagator.Propagate(_t1.AsSpan(first, count), _t2.AsSpan(first, count), _offResonance.AsSpan(first, count), b1, signals, _team);
        ReceiveJob job = new(this, first, signals);
        _team.Run(ref job, count);
    }

    /// <summary>Frees the simulator.</summary>
    public void Dispose() => _propagator.Dispose();

    private float[] Gather(float[] map)
    {
        float[] gathered = new float[_voxels.Length];
        for (int i = 0; i < gathered.Length; i++) gathered[i] = map[_voxels[i]];
        return gathered;
    }

    private double FindPeak(IProgress<long>? progress, CancellationToken cancellation)
    {
        int pulses = _propagator.Sequence.Count;
        ComplexF[] block = new ComplexF[Math.Min(PeakBlock, _voxels.Length) * pulses];
        double peak = 0;
        for (int first = 0; first < _voxels.Length; first += PeakBlock)
        {
            cancellation.ThrowIfCancellationRequested();
            int count = Math.Min(PeakBlock, _voxels.Length - first);
            Span<ComplexF> signals = block.AsSpan(0, count * pulses);
            Read(first, signals);
            peak = Math.Max(peak, NoiseModel.Peak(signals));
            progress?.Report(first + count);
        }
        return peak;
    }

    /// <summary>Scales a voxel's signal by its proton density, adds its noise and perhaps applies its factor.</summary>
    private readonly ref struct ReceiveJob(SimulatedScan scan, int first, Span<ComplexF> signals) : IParallelJob
    {
        private readonly Span<ComplexF> _signals = signals;

        public void Execute(int part, int worker)
        {
            int pulses = scan._propagator.Sequence.Count, voxel = first + part;
            Span<ComplexF> signal = _signals.Slice(part * pulses, pulses);
            foreach (ref ComplexF sample in signal) sample = scan._density[voxel] * sample;
            ulong place = (ulong)scan._voxels[voxel];
            scan._noise?.AddTo(signal, pulses, scan.Peak, scan._seed, place);
            if (scan._factors is not { } random) return;
            (double modulus, double phase) = (Math.Pow(2, 2 * random.Uniform(place, 0) - 1), Math.Tau * random.Uniform(place, 1));
            ComplexF factor = new((float)(modulus * Math.Cos(phase)), (float)(modulus * Math.Sin(phase)));
            foreach (ref ComplexF sample in signal) sample = factor * sample;
        }
    }
}
