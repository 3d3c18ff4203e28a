namespace MrfSimd.Fingerprinting;

/// <summary>
/// Standard deviations that no unbiased estimator can go below, in the units of the parameters: seconds, hertz, B1's scale, and proton
/// density as given. Infinite where the signal does not determine the parameter.
/// </summary>
/// <param name="T1">Seconds.</param>
/// <param name="T2">Seconds.</param>
/// <param name="OffResonance">Hertz.</param>
/// <param name="B1">Of the scale; 0 if B1 is known.</param>
/// <param name="ProtonDensity">In the unit of the amplitude.</param>
public readonly record struct CramerRaoBound(double T1, double T2, double OffResonance, double B1, double ProtonDensity);

/// <summary>
/// The Cramer-Rao bound of a sequence for (T1, T2, off-resonance, optionally B1) with an unknown complex amplitude (proton density, coil phase),
/// at noise of standard deviation sigma per real and imaginary part. Off-resonance is left out, and its bound infinite, where the sequence
/// does not determine it (<see cref="PulseSequence.DeterminesOffResonance"/>).
/// </summary>
/// <remarks>
/// The signal is a m(theta), with d_j = dm/dtheta_j. The amplitude a is eliminated by the Schur complement (variable projection):
/// F_jk = |a|^2/sigma^2 Re(d_j^H d_k - (d_j^H m)(m^H d_k) / (m^H m)), and the bound is F^-1. That of |a| follows with
/// g_j = Re(m^H d_j)/(m^H m): var |a| = sigma^2/(m^H m) + |a|^2 g^T F^-1 g. Derived in <c>docs/math/bloch.md</c>.
/// <para>Tangents are in single precision, sums over pulses and the inverse in double. One call at a time: the scratch is the object's.</para>
/// </remarks>
public sealed class CramerRao : IDisposable
{
    // One vector of the widest lanes; its tangents of 500 pulses are 256 KiB.
    private const int BlockVoxels = 16;

    private readonly SignalPropagator _propagator;
    private readonly AlignedBuffer<float>[] _tiles;
    private readonly int _quantities;

    /// <summary>Prepares the bound for a sequence.</summary>
    /// <param name="propagator">Propagator of the sequence; not disposed here.</param>
    /// <param name="unknownB1">Whether B1 is estimated too.</param>
    /// <param name="workers">Largest size of a team that will be used; 0 means one per processor.</param>
    /// <exception cref="ArgumentException">workers is negative.</exception>
    public CramerRao(SignalPropagator propagator, bool unknownB1 = false, int workers = 0)
    {
        ArgumentNullException.ThrowIfNull(propagator);
        Check.NotNegative(workers);
        _propagator = propagator;
        UnknownB1 = unknownB1;
        _quantities = SignalPropagator.TangentQuantities(unknownB1);
        _tiles = new AlignedBuffer<float>[workers == 0 ? Environment.ProcessorCount : workers];
        for (int i = 0; i < _tiles.Length; i++)
            _tiles[i] = new AlignedBuffer<float>(2L * _quantities * BlockVoxels * propagator.Sequence.Count);
    }

    /// <summary>Whether B1 is estimated too.</summary>
    public bool UnknownB1 { get; }

    /// <summary>The bound of many voxels.</summary>
    /// <param name="t1Seconds">T1 in seconds, [voxel].</param>
    /// <param name="t2Seconds">T2 in seconds, [voxel].</param>
    /// <param name="offResonanceHz">Off-resonance in hertz, [voxel] or empty for 0.</param>
    /// <param name="b1">Scale of the flip angles, [voxel] or empty for 1.</param>
    /// <param name="protonDensity">Magnitude of the amplitude, [voxel], 0 or more; or empty for 1.</param>
    /// <param name="sigma">Standard deviation of the noise per real and imaginary part, above 0.</param>
    /// <param name="bounds">Receives the bounds, [voxel].</param>
    /// <param name="team">Threads to share the voxels; null means the caller alone.</param>
    /// <exception cref="ArgumentException">A length or a value is out of range; the message names it.</exception>
    public void Compute(ReadOnlySpan<float> t1Seconds, ReadOnlySpan<float> t2Seconds, ReadOnlySpan<float> offResonanceHz, ReadOnlySpan<float> b1,
        ReadOnlySpan<float> protonDensity, double sigma, Span<CramerRaoBound> bounds, WorkerTeam? team = null)
    {
        int voxels = t1Seconds.Length;
        Check.Length(t2Seconds.Length, voxels, nameof(t2Seconds), "one per T1");
        if (!offResonanceHz.IsEmpty) Check.Length(offResonanceHz.Length, voxels, nameof(offResonanceHz), "one per T1, or empty");
        if (!b1.IsEmpty) Check.Length(b1.Length, voxels, nameof(b1), "one per T1, or empty");
        if (!protonDensity.IsEmpty) Check.Length(protonDensity.Length, voxels, nameof(protonDensity), "one per T1, or empty");
        foreach (float density in protonDensity) Check.InRange(density, 0, float.MaxValue, nameof(protonDensity));
        Check.PositiveFinite(sigma);
        Check.Length(bounds.Length, voxels, nameof(bounds), "one per T1");
        team ??= WorkerTeam.CallerOnly;
        if (team.Size > _tiles.Length) Check.Fail(nameof(team), $"of size {team.Size}", $"expected {_tiles.Length} workers at most");
        Job job = new(this, t1Seconds, t2Seconds, offResonanceHz, b1, protonDensity, sigma, bounds);
        team.Run(ref job, (voxels + BlockVoxels - 1) / BlockVoxels);
    }

    /// <summary>Frees the scratch.</summary>
    public void Dispose()
    {
        foreach (AlignedBuffer<float> tile in _tiles) tile.Dispose();
    }

    /// <summary>The bound from a tile of tangents [pulse, quantity, part, voxel], as <see cref="SignalPropagator"/> writes them.</summary>
    /// <typeparam name="TReal">float or double.</typeparam>
    /// <param name="tile">The tile.</param>
    /// <param name="quantities">4, or 5 with B1.</param>
    /// <param name="unknownOffResonance">Whether off-resonance is a parameter.</param>
    /// <param name="voxel">Which of its voxels.</param>
    /// <param name="voxels">Voxels of the tile.</param>
    /// <param name="protonDensity">Magnitude of the amplitude.</param>
    /// <param name="sigma">Standard deviation of the noise per real and imaginary part.</param>
    internal static CramerRaoBound FromTile<TReal>(
        ReadOnlySpan<TReal> tile, int quantities, bool unknownOffResonance, int voxel, int voxels, double protonDensity, double sigma)
        where TReal : unmanaged, System.Numerics.IFloatingPointIeee754<TReal>
    {
        // Quantities at most, and the places of two of them.
        const int Most = 5, OffResonance = 3, B1 = 4;
        Span<double> re = stackalloc double[Most], im = stackalloc double[Most];
        // Re and Im of d_j^H d_k for k <= j, with d_0 = m.
        Span<double> products = stackalloc double[Most * Most], crossed = stackalloc double[Most];
        products.Clear();
        crossed.Clear();
        for (int row = voxel; row < tile.Length; row += 2 * quantities * voxels)
            for (int j = 0; j < quantities; j++)
            {
                re[j] = double.CreateChecked(tile[row + 2 * j * voxels]);
                im[j] = double.CreateChecked(tile[row + (2 * j + 1) * voxels]);
                for (int k = 0; k <= j; k++) products[j * Most + k] += re[j] * re[k] + im[j] * im[k];
                crossed[j] += re[0] * im[j] - im[0] * re[j];
            }

        // The parameters, by their place among the quantities.
        Span<int> unknowns = stackalloc int[Most - 1];
        int parameters = 0;
        for (int j = 1; j < quantities; j++)
            if (j != OffResonance || unknownOffResonance) unknowns[parameters++] = j;

        double energy = products[0];
        Span<double> fisher = stackalloc double[parameters * parameters], gradient = stackalloc double[parameters];
        for (int a = 0; a < parameters; a++)
        {
            int j = unknowns[a];
            gradient[a] = products[j * Most] / energy;
            for (int b = 0; b <= a; b++)
            {
                int k = unknowns[b];
                double projected = (products[j * Most] * products[k * Most] + crossed[j] * crossed[k]) / energy;
                fisher[a * parameters + b] = fisher[b * parameters + a] = products[j * Most + k] - projected;
            }
        }

        Span<double> deviations = stackalloc double[Most];
        deviations.Fill(double.PositiveInfinity);
        if (quantities == Most - 1) deviations[B1] = 0;
        if (protonDensity > 0 && SymmetricInverse.Invert(fisher, parameters))
        {
            double scale = sigma / protonDensity, quadratic = 0;
            for (int a = 0; a < parameters; a++)
            {
                deviations[unknowns[a]] = scale * Math.Sqrt(fisher[a * parameters + a]);
                for (int b = 0; b < parameters; b++) quadratic += gradient[a] * fisher[a * parameters + b] * gradient[b];
            }
            deviations[0] = sigma * Math.Sqrt(1 / energy + quadratic);
        }
        return new(deviations[1], deviations[2], deviations[OffResonance], deviations[B1], deviations[0]);
    }

    private readonly ref struct Job(CramerRao owner, ReadOnlySpan<float> t1, ReadOnlySpan<float> t2, ReadOnlySpan<float> offResonance,
        ReadOnlySpan<float> b1, ReadOnlySpan<float> protonDensity, double sigma, Span<CramerRaoBound> bounds) : IParallelJob
    {
        private readonly ReadOnlySpan<float> _t1 = t1, _t2 = t2, _offResonance = offResonance, _b1 = b1, _protonDensity = protonDensity;
        private readonly Span<CramerRaoBound> _bounds = bounds;

        public void Execute(int part, int worker)
        {
            int first = part * BlockVoxels, voxels = Math.Min(BlockVoxels, _t1.Length - first);
            Span<float> tile = owner._tiles[worker].Slice(0, 2 * owner._quantities * voxels * owner._propagator.Sequence.Count);
            owner._propagator.PropagateTangents(_t1.Slice(first, voxels), _t2.Slice(first, voxels),
                _offResonance.IsEmpty ? _offResonance : _offResonance.Slice(first, voxels), _b1.IsEmpty ? _b1 : _b1.Slice(first, voxels), owner.UnknownB1, tile);
            for (int voxel = 0; voxel < voxels; voxel++)
                _bounds[first + voxel] = FromTile<float>(tile, owner._quantities, owner._propagator.Sequence.DeterminesOffResonance, voxel, voxels,
                    _protonDensity.IsEmpty ? 1 : _protonDensity[first + voxel], sigma);
        }
    }
}
