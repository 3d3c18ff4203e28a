using System.Numerics;

namespace MrfSimd.Fingerprinting;

/// <summary>
/// Moves an estimate off the grid: the maximum of the quadratic in (ln T1, ln T2, off-resonance) whose derivatives at the best atom are those
/// of the logarithm of the squared similarity on its 27 neighbours. Removes most of the error that the grid's steps make.
/// </summary>
/// <remarks>
/// With t the angle between neighbour and peak the logarithm is -t^2 - t^4/6 + ..., the squared similarity itself 1 - t^2 + t^4/3 - ...: its
/// fourth order is half as large.
/// An axis on which the atom is the first or the last, or whose neighbours' similarity is below half the peak (the grid too wide for a
/// quadratic), keeps its value. The step never leaves the neighbours. The neighbours are simulated anew, also those with T1 below T2,
/// so that any search can be followed by it. One caller at a time.
/// </remarks>
public sealed class PeakInterpolation : IDisposable
{
    private const int Axes = 3, Nodes = 27;

    // Voxels that a thread takes at a time.
    private const int PartVoxels = 16;

    // Of ln |<d, x>|^2: half the similarity.
    private static readonly double s_largestDrop = Math.Log(4);

    private readonly ParameterGrid _grid;
    private readonly WorkerTeam _team;
    private readonly SignalPropagator _propagator;
    private readonly AlignedBuffer<float> _tissues;
    private readonly AlignedBuffer<ComplexF> _signals;

    /// <summary>Prepares the interpolation.</summary>
    /// <param name="sequence">That the atoms were simulated with.</param>
    /// <param name="grid">Their tissues.</param>
    /// <param name="team">Threads; not disposed.</param>
    /// <exception cref="ArgumentException">The sequence is of a kind that cannot be simulated.</exception>
    public PeakInterpolation(PulseSequence sequence, ParameterGrid grid, WorkerTeam team)
    {
        (_grid, _team) = (grid, team);
        double reach = Math.Max(Math.Abs(grid.OffResonanceHz[0]), Math.Abs(grid.OffResonanceHz[^1]));
        _propagator = SignalPropagator.Create(sequence, Math.Max(SignalPropagator.DefaultLargestOffResonance, reach));
        _tissues = new(4L * Nodes * team.Size);
        _signals = new((long)Nodes * sequence.Count * team.Size);
    }

    /// <summary>Operations per voxel of the inner products and energies; the simulation of 28 signals is not counted, as for other estimators.</summary>
    public double FlopsPerVoxel => (Nodes + 1) * (FlopCount.ComplexGemm(1, 1, SignalLength) + 4.0 * SignalLength);

    private int SignalLength => _propagator.Sequence.Count;

    /// <summary>Improves the estimates of some voxels; those without a match are left alone.</summary>
    /// <param name="signals">[voxel, pulse].</param>
    /// <param name="matches">[voxel]: the best atoms.</param>
    /// <param name="t1Seconds">[voxel], written.</param>
    /// <param name="t2Seconds">[voxel], written.</param>
    /// <param name="offResonanceHz">[voxel], written.</param>
    /// <param name="protonDensity">[voxel], written.</param>
    /// <exception cref="ArgumentException">A length does not fit.</exception>
    public void Improve(
        ReadOnlySpan<ComplexF> signals, ReadOnlySpan<Match> matches, Span<float> t1Seconds, Span<float> t2Seconds, Span<float> offResonanceHz, Span<float> protonDensity)
    {
        Check.Length(signals.Length, (long)matches.Length * SignalLength, nameof(signals), "voxels x pulses");
        Check.Length(t1Seconds.Length, matches.Length, nameof(t1Seconds), "one per match");
        Check.Length(t2Seconds.Length, matches.Length, nameof(t2Seconds), "one per match");
        Check.Length(offResonanceHz.Length, matches.Length, nameof(offResonanceHz), "one per match");
        Check.Length(protonDensity.Length, matches.Length, nameof(protonDensity), "one per match");
        ImproveJob job = new()
        {
            Owner = this,
            Signals = signals,
            Matches = matches,
            T1 = t1Seconds,
            T2 = t2Seconds,
            OffResonance = offResonanceHz,
            Density = protonDensity,
        };
        _team.Run(ref job, (matches.Length + PartVoxels - 1) / PartVoxels);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _propagator.Dispose();
        _tissues.Dispose();
        _signals.Dispose();
    }

    private ref struct ImproveJob : IParallelJob
    {
        public PeakInterpolation Owner;
        public ReadOnlySpan<ComplexF> Signals;
        public ReadOnlySpan<Match> Matches;
        public Span<float> T1, T2, OffResonance, Density;

        public readonly void Execute(int part, int worker)
        {
            int length = Owner.SignalLength;
            for (int i = part * PartVoxels; i < Math.Min((part + 1) * PartVoxels, Matches.Length); i++)
            {
                if (Matches[i].Atom != Match.None)
                    (T1[i], T2[i], OffResonance[i], Density[i]) = Owner.Improve(Signals.Slice(i * length, length), Matches[i].Atom, worker);
            }
        }
    }

    private (float T1, float T2, float OffResonance, float Density) Improve(ReadOnlySpan<ComplexF> x, int atom, int worker)
    {
        (int t1, int t2, int offResonance, int b1) = _grid.Position(atom);
        GridAxis axis1 = new(_grid.T1Seconds, t1, isLogarithmic: true), axis2 = new(_grid.T2Seconds, t2, isLogarithmic: true);
        GridAxis axis3 = new(_grid.OffResonanceHz, offResonance, isLogarithmic: false);
        float scale = (float)_grid.B1[b1];
        Span<float> tissues = _tissues.Slice(4L * Nodes * worker, 4 * Nodes);
        for (int node = 0; node < Nodes; node++)
        {
            tissues[node] = (float)axis1.Value(node / 9 - 1);
            tissues[Nodes + node] = (float)axis2.Value(node / 3 % 3 - 1);
            tissues[2 * Nodes + node] = (float)axis3.Value(node % 3 - 1);
            tissues[3 * Nodes + node] = scale;
        }
        Span<double> power = stackalloc double[Nodes];
        Simulate(tissues, Nodes, Nodes, worker);
        for (int node = 0; node < Nodes; node++) power[node] = Math.Log(Power(x, node, worker).Squared);

        Span<double> step = stackalloc double[Axes];
        QuadraticPeak.Find(power, axis1, axis2, axis3, s_largestDrop, step);
        tissues[0] = (float)axis1.Moved(step[0]);
        tissues[Nodes] = (float)axis2.Moved(step[1]);
        tissues[2 * Nodes] = (float)axis3.Moved(step[2]);
        Simulate(tissues, Nodes, 1, worker);
        return (tissues[0], tissues[Nodes], tissues[2 * Nodes], (float)Power(x, 0, worker).Amplitude);
    }

    private void Simulate(ReadOnlySpan<float> tissues, int stride, int count, int worker) => _propagator.Propagate(
        tissues[..count], tissues.Slice(stride, count), tissues.Slice(2 * stride, count), tissues.Slice(3 * stride, count),
        _signals.Slice((long)Nodes * SignalLength * worker, count * SignalLength));

    /// <summary>|&lt;d, x&gt;|^2 / &lt;d, d&gt; and |&lt;d, x&gt;| / &lt;d, d&gt; of a simulated node.</summary>
    private (double Squared, double Amplitude) Power(ReadOnlySpan<ComplexF> x, int node, int worker)
    {
        ReadOnlySpan<ComplexF> d = _signals.Slice((long)SignalLength * (Nodes * worker + node), SignalLength);
        Complex product = InnerProduct.Of(d, x);
        double squared = product.Real * product.Real + product.Imaginary * product.Imaginary, energy = InnerProduct.Energy(d);
        return energy > 0 ? (squared / energy, Math.Sqrt(squared) / energy) : (0, 0);
    }
}

/// <summary>A value of a grid's axis with its neighbours, in the coordinate of the quadratic.</summary>
internal readonly ref struct GridAxis(ReadOnlySpan<double> values, int place, bool isLogarithmic)
{
    private readonly ReadOnlySpan<double> _values = values;

    /// <summary>Whether there is a neighbour on both sides.</summary>
    public bool IsInner => place > 0 && place < _values.Length - 1;

    /// <summary>Distance to the neighbour below.</summary>
    public double Below => Coordinate(0) - Coordinate(-1);

    /// <summary>Distance to the neighbour above.</summary>
    public double Above => Coordinate(1) - Coordinate(0);

    /// <summary>The value at -1, 0 or 1 places from this one; this one where there is none.</summary>
    public double Value(int offset) => IsInner ? _values[place + offset] : _values[place];

    /// <summary>The value at a step of the coordinate.</summary>
    public double Moved(double step) => isLogarithmic ? _values[place] * Math.Exp(step) : _values[place] + step;

    private double Coordinate(int offset) => isLogarithmic ? Math.Log(Value(offset)) : Value(offset);
}
