using MrfSimd.Networks;

namespace MrfSimd.Fingerprinting;

/// <summary>
/// Estimates T1, T2, off-resonance and proton density with the networks of a <see cref="FingerprintModel"/>. Voxels are handled in blocks whose
/// activations stay in the second-level cache, the blocks spread over a team; results do not depend on the team or the SIMD level.
/// </summary>
/// <remarks>
/// Proton density is |&lt;d, x&gt;| / &lt;d, d&gt;, the least-squares amplitude of the signal d simulated at the estimate with unit density. The
/// paper's ratio of norms counts the noise's energy as signal; it is kept as <see cref="ProtonDensityRule.NormRatio"/>.
/// A voxel without signal gives 0 in every map; one with a number that is not finite gives NaN and leaves the others alone.
/// One caller at a time.
/// </remarks>
public sealed class NetworkMapper : IParameterEstimator, IDisposable
{
    // 80 signals of 500 pulses are 320 KB: they stay in a second-level cache of 1 MB from the scaling to the proton density. Whole vectors of voxels
    // to simulate, and a block of the plan.
    private const int BlockRows = 80;

    // Seconds; far outside the values of any tissue.
    internal const double ShortestTime = 1e-3, LongestTime = 100, LargestB1 = 2;

    // What no network estimates is taken as white-matter-like, on resonance and in a nominal field.
    private static readonly TissueValues s_unknown = new(0.5, 0.07, 0, 1);

    private readonly InferencePlan _plan;
    private readonly WorkerTeam _team;
    private readonly SignalPropagator _propagator;
    private readonly OutputDecoder _decoder;
    private readonly SignalPhase _phase;
    private readonly SignalBasis? _basis;
    private readonly BlockWorkspace[] _workspaces;

    // For a single block, whose networks the whole team shares.
    private readonly InferenceWorkspace _together;

    /// <summary>Prepares a model for mapping; the model may be disposed afterwards.</summary>
    /// <param name="model">The model.</param>
    /// <param name="team">Threads; not disposed with the mapper.</param>
    /// <param name="multiplication">How complex products are computed.</param>
    /// <param name="precision">How exactly complex weights are kept.</param>
    public NetworkMapper(
        FingerprintModel model, WorkerTeam team, ComplexProductMode multiplication = ComplexProductMode.FourMultiplications,
        WeightPrecision precision = WeightPrecision.Full)
    {
        Sequence = model.Sequence;
        _plan = new InferencePlan(model.Networks, multiplication, precision);
        _team = team;
        _propagator = SignalPropagator.Create(model.Sequence);
        _decoder = new OutputDecoder(model.Headers.SelectMany(header => header.Outputs));
        _phase = model.Phase;
        if (model.Basis is { } basis) _basis = new(basis.Vectors, basis.SignalLength);
        EstimatesB1 = model.EstimatesB1;
        _workspaces = [.. Enumerable.Range(0, team.Size).Select(_ => new BlockWorkspace(_plan, model.Sequence.Count, _basis))];
        _together = team.Size == 1 ? _workspaces[0].Inference : _plan.CreateWorkspace(team);
    }

    /// <summary>How proton density is computed.</summary>
    public ProtonDensityRule ProtonDensityRule { get; init; }

    /// <summary>Whether the model estimates the transmit field.</summary>
    public bool EstimatesB1 { get; }

    /// <inheritdoc/>
    public PulseSequence Sequence { get; }

    /// <inheritdoc/>
    public double FlopsPerVoxel => _plan.FlopsPerRow + (_basis?.FlopsPerSignal ?? 0);

    /// <summary>Reads a model file.</summary>
    /// <exception cref="IO.DataFormatException">It is not a model file, or damaged.</exception>
    public static NetworkMapper Load(string path, WorkerTeam team)
    {
        using FingerprintModel model = FingerprintModel.Read(path);
        return new NetworkMapper(model, team);
    }

    /// <summary>Reads the model that ships with the tool.</summary>
    /// <exception cref="FileNotFoundException">It is not beside the program.</exception>
    public static NetworkMapper LoadShipped(WorkerTeam team)
    {
        using FingerprintModel model = FingerprintModel.ReadShipped();
        return new NetworkMapper(model, team);
    }

    /// <inheritdoc/>
    public void Estimate(
        ReadOnlySpan<ComplexF> signals, Span<float> t1Seconds, Span<float> t2Seconds, Span<float> offResonanceHz, Span<float> protonDensity,
        IProgress<long>? progress, CancellationToken cancellation) =>
        Estimate(signals, t1Seconds, t2Seconds, offResonanceHz, default, protonDensity, progress, cancellation);

    /// <summary>Estimates the parameters of each voxel, the transmit field among them.</summary>
    /// <param name="signals">[voxel, pulse], row-major.</param>
    /// <param name="t1Seconds">[voxel], written.</param>
    /// <param name="t2Seconds">[voxel], written.</param>
    /// <param name="offResonanceHz">[voxel], written.</param>
    /// <param name="b1">[voxel], written: relative to nominal, 1 where the model does not estimate it; or empty.</param>
    /// <param name="protonDensity">[voxel], written, in units of the signal per unit of magnetisation.</param>
    /// <param name="progress">Told the number of voxels done; null for nobody.</param>
    /// <param name="cancellation">Heard between rounds of blocks.</param>
    /// <exception cref="ArgumentException">A length does not fit.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public void Estimate(
        ReadOnlySpan<ComplexF> signals, Span<float> t1Seconds, Span<float> t2Seconds, Span<float> offResonanceHz, Span<float> b1,
        Span<float> protonDensity, IProgress<long>? progress, CancellationToken cancellation)
    {
        int voxels = t1Seconds.Length;
        Check.Length(signals.Length, (long)voxels * Sequence.Count, nameof(signals), "voxels x pulses");
        Check.Length(t2Seconds.Length, voxels, nameof(t2Seconds), "one per voxel");
        Check.Length(offResonanceHz.Length, voxels, nameof(offResonanceHz), "one per voxel");
        Check.Length(protonDensity.Length, voxels, nameof(protonDensity), "one per voxel");
        if (!b1.IsEmpty) Check.Length(b1.Length, voxels, nameof(b1), "one per voxel, or empty");
        // Rounds of a few blocks per worker, between which progress is told and cancellation heard.
        int roundRows = BlockRows * _team.Size * 4;
        for (int start = 0; start < voxels; start += roundRows)
        {
            cancellation.ThrowIfCancellationRequested();
            int rows = Math.Min(roundRows, voxels - start);
            BlocksJob job = new()
            {
                Mapper = this,
                BlockRows = Math.Min(BlockRows, (rows + _team.Size - 1) / _team.Size),
                Signals = signals.Slice(start * Sequence.Count, rows * Sequence.Count),
                T1 = t1Seconds.Slice(start, rows),
                T2 = t2Seconds.Slice(start, rows),
                B0 = offResonanceHz.Slice(start, rows),
                B1 = b1.IsEmpty ? b1 : b1.Slice(start, rows),
                Density = protonDensity.Slice(start, rows),
            };
            if (rows <= BlockRows) job.ExecuteTogether();
            else _team.Run(ref job, (rows + job.BlockRows - 1) / job.BlockRows);
            progress?.Report(start + rows);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (BlockWorkspace workspace in _workspaces) workspace.Dispose();
        _together.Dispose();
        _propagator.Dispose();
        _plan.Dispose();
        _basis?.Dispose();
    }

    private ref struct BlocksJob : IParallelJob
    {
        public NetworkMapper Mapper;
        public ReadOnlySpan<ComplexF> Signals;
        public Span<float> T1, T2, B0, B1, Density;
        public int BlockRows;

        /// <summary>All rows as one block.</summary>
        public readonly void ExecuteTogether() => Mapper.EstimateBlock(Signals, T1, T2, B0, B1, Density, Mapper._workspaces[0], Mapper._together);

        public readonly void Execute(int part, int worker)
        {
            int start = part * BlockRows, rows = Math.Min(BlockRows, T1.Length - start), pulses = Mapper.Sequence.Count;
            BlockWorkspace workspace = Mapper._workspaces[worker];
            Mapper.EstimateBlock(
                Signals.Slice(start * pulses, rows * pulses), T1.Slice(start, rows), T2.Slice(start, rows), B0.Slice(start, rows),
                B1.IsEmpty ? B1 : B1.Slice(start, rows), Density.Slice(start, rows), workspace, workspace.Inference);
        }
    }

    private void EstimateBlock(
        ReadOnlySpan<ComplexF> signals, Span<float> t1, Span<float> t2, Span<float> b0, Span<float> b1Map, Span<float> density,
        BlockWorkspace workspace, InferenceWorkspace inference)
    {
        int pulses = Sequence.Count, rows = t1.Length;
        Span<ComplexF> scaled = workspace.Signals[..signals.Length];
        Span<double> norms = stackalloc double[BlockRows];
        for (int row = 0; row < rows; row++)
            norms[row] = SignalScaling.Normalise(signals.Slice(row * pulses, pulses), _phase, _basis?.Rank ?? pulses, scaled.Slice(row * pulses, pulses));
        Span<float> scratch = stackalloc float[BlockRows];
        Span<float> b1 = b1Map.IsEmpty ? scratch[..rows] : b1Map;
        int reals = _plan.OutputReals;
        Span<float> outputs = workspace.Outputs[..(rows * reals)];
        _plan.Predict(workspace.Compress(scaled, rows), outputs, inference);
        for (int row = 0; row < rows; row++)
        {
            TissueValues tissue = s_unknown;
            _decoder.Decode(outputs.Slice(row * reals, reals), ref tissue);
            // A network far off, on noise alone say, must not leave the range that can be simulated.
            t1[row] = (float)Math.Clamp(tissue.T1Seconds, ShortestTime, LongestTime);
            t2[row] = (float)Math.Clamp(tissue.T2Seconds, ShortestTime, LongestTime);
            b1[row] = (float)Math.Clamp(tissue.B1, 0, LargestB1);
            b0[row] = (float)Math.Clamp(tissue.OffResonanceHz, -_propagator.LargestOffResonance, _propagator.LargestOffResonance);
        }
        // The simulated signals take the place of the scaled ones, which are read no more.
        _propagator.Propagate(t1, t2, b0, EstimatesB1 ? b1 : default, scaled);
        for (int row = 0; row < rows; row++)
        {
            if (norms[row] > 0 && double.IsFinite(norms[row]))
            {
                density[row] = Amplitude(scaled.Slice(row * pulses, pulses), signals.Slice(row * pulses, pulses), norms[row]);
            }
            else
            {
                // No signal: 0 in every map. Not a number, or infinite: NaN.
                t1[row] = t2[row] = b0[row] = b1[row] = density[row] = norms[row] == 0 ? 0 : float.NaN;
            }
        }
    }

    private float Amplitude(ReadOnlySpan<ComplexF> simulated, ReadOnlySpan<ComplexF> signal, double norm)
    {
        double re = 0, im = 0, energy = 0;
        for (int i = 0; i < simulated.Length; i++)
        {
            double dRe = simulated[i].Re, dIm = simulated[i].Im, xRe = signal[i].Re, xIm = signal[i].Im;
            re += dRe * xRe + dIm * xIm;
            im += dRe * xIm - dIm * xRe;
            energy += dRe * dRe + dIm * dIm;
        }
        return (float)(ProtonDensityRule == ProtonDensityRule.NormRatio ? norm / Math.Sqrt(energy) : Math.Sqrt(re * re + im * im) / energy);
    }

    /// <summary>Scratch of one worker.</summary>
    private sealed class BlockWorkspace(InferencePlan plan, int pulses, SignalBasis? basis) : IDisposable
    {
        private readonly AlignedBuffer<ComplexF> _coefficients = new(basis is null ? 0 : (long)BlockRows * basis.Rank);
        private readonly GemmWorkspace<float>? _gemm = basis is null ? null : new();
        private readonly AlignedBuffer<ComplexF> _signals = new((long)BlockRows * pulses);
        private readonly AlignedBuffer<float> _outputs = new((long)BlockRows * plan.OutputReals);

        public Span<ComplexF> Signals => _signals.Span;

        public Span<float> Outputs => _outputs.Span;

        public InferenceWorkspace Inference { get; } = plan.CreateWorkspace();

        /// <summary>What the networks are given: the signals, or their coefficients.</summary>
        public ReadOnlySpan<ComplexF> Compress(ReadOnlySpan<ComplexF> signals, int rows)
        {
            if (basis is null) return signals;
            Span<ComplexF> coefficients = _coefficients.Slice(0, rows * basis.Rank);
            basis.Project(signals, coefficients, _gemm!);
            return coefficients;
        }

        public void Dispose()
        {
            _coefficients.Dispose();
            _gemm?.Dispose();
            _signals.Dispose();
            _outputs.Dispose();
            Inference.Dispose();
        }
    }
}

/// <summary>How proton density follows from a signal x and the simulated signal d of unit density.</summary>
public enum ProtonDensityRule
{
    /// <summary>|&lt;d, x&gt;| / &lt;d, d&gt;: least squares, unbiased by noise.</summary>
    Projection,

    /// <summary>|x| / |d|, as in the paper; biased upwards by the noise's energy.</summary>
    NormRatio,
}
