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
/// The Cramer-Rao bound of a balanced sequence for (T1, T2, off-resonance, optionally B1) with an unknown complex amplitude (proton density,
/// coil phase), at noise of standard deviation sigma per real and imaginary part.
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

    private readonly IsochromatPropagator _propagator;
    private readonly AlignedBuffer<float>[] _tiles;
    private readonly int _quantities;

    /// <summary>Prepares the bound for a sequence.</summary>
    /// <param name="propagator">Propagator of the sequence; not disposed here.</param>
    /// <param name="unknownB1">Whether B1 is estimated too.</param>
    /// <param name="workers">Largest size of a team that will be used; 0 means one per processor.</param>
    /// <exception cref="ArgumentException">workers is negative.</exception>
    public CramerRao(IsochromatPropagator propagator, bool unknownB1 = false, int workers = 0)
    {
        ArgumentNullException.ThrowIfNull(propagator);
        Check.NotNegative(workers);
        _propagator = propagator;
        UnknownB1 = unknownB1;
        _quantities = IsochromatPropagator.TangentQuantities(unknownB1);
        _tiles = new AlignedBuffer<float>[workers == 0 ? Environment.ProcessorCount : workers];
        for (int i = 0; i < _tiles.Length; i++)
            _tiles[i] = new AlignedBuffer<float>(2L * _quantities * BlockVoxels * propagator.Sequence.Count);
    }

    /// <summary>Whether B1 is estimated too.</summary>
    public bool UnknownB1 { get; }

    /// <summary>The bound of many voxels.</summary>
    /// <param name="t1Seconds">T1 in seconds, [voxel].</param>
    /// <param name="t2Seconds">T2 in seconds, [voxel].</param>
    /// <param name="offResonanceHz">Off-resonance in hertz, [voxel].</param>
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
        Check.Length(offResonanceHz.Length, voxels, nameof(offResonanceHz), "one per T1");
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

    /// <summary>The bound from a tile of tangents [pulse, quantity, part, voxel], as <see cref="IsochromatPropagator"/> writes them.</summary>
    /// <typeparam name="TReal">float or double.</typeparam>
    /// <param name="tile">The tile.</param>
    /// <param name="quantities">4, or 5 with B1.</param>
    /// <param name="voxel">Which of its voxels.</param>
    /// <param name="voxels">Voxels of the tile.</param>
    /// <param name="protonDensity">Magnitude of the amplitude.</param>
    /// <param name="sigma">Standard deviation of the noise per real and imaginary part.</param>
    internal static CramerRaoBound FromTile<TReal>(ReadOnlySpan<TReal> tile, int quantities, int voxel, int voxels, double protonDensity, double sigma)
        where TReal : unmanaged, System.Numerics.IFloatingPointIeee754<TReal>
    {
        const int Most = 5;
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

        int parameters = quantities - 1;
        double energy = products[0];
        Span<double> fisher = stackalloc double[parameters * parameters], gradient = stackalloc double[parameters];
        for (int j = 0; j < parameters; j++)
        {
            gradient[j] = products[(j + 1) * Most] / energy;
            for (int k = 0; k <= j; k++)
            {
                double projected = (products[(j + 1) * Most] * products[(k + 1) * Most] + crossed[j + 1] * crossed[k + 1]) / energy;
                fisher[j * parameters + k] = fisher[k * parameters + j] = products[(j + 1) * Most + k + 1] - projected;
            }
        }
        double infinite = double.PositiveInfinity;
        if (!(protonDensity > 0) || !SymmetricInverse.Invert(fisher, parameters))
            return new(infinite, infinite, infinite, parameters > 3 ? infinite : 0, infinite);

        double scale = sigma / protonDensity, quadratic = 0;
        for (int j = 0; j < parameters; j++)
            for (int k = 0; k < parameters; k++) quadratic += gradient[j] * fisher[j * parameters + k] * gradient[k];
        return new(Deviation(fisher, 0), Deviation(fisher, 1), Deviation(fisher, 2), parameters > 3 ? Deviation(fisher, 3) : 0,
            sigma * Math.Sqrt(1 / energy + quadratic));

        double Deviation(ReadOnlySpan<double> inverse, int j) => scale * Math.Sqrt(inverse[j * parameters + j]);
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
            owner._propagator.PropagateTangents(_t1.Slice(first, voxels), _t2.Slice(first, voxels), _offResonance.Slice(first, voxels),
                _b1.IsEmpty ? _b1 : _b1.Slice(first, voxels), owner.UnknownB1, tile);
            for (int voxel = 0; voxel < voxels; voxel++)
                _bounds[first + voxel] = FromTile<float>(tile, owner._quantities, voxel, voxels,
                    _protonDensity.IsEmpty ? 1 : _protonDensity[first + voxel], sigma);
        }
    }
}
