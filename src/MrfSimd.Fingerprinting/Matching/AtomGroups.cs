using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace MrfSimd.Fingerprinting;

/// <summary>
/// Groups of similar atoms with a representative each: the normalised mean of the group, its atoms turned to a common phase. The radius
/// of a group is the greatest angle acos |&lt;c, d&gt;| between the representative c and an atom d, both at unit norm.
/// </summary>
/// <remarks>
/// Made by bisection: while a group's radius is too large, the atom farthest from its representative and the one farthest from that atom
/// draw the others to themselves. Atoms of groups are sought among neighbours in number only, which in a dictionary over a grid are
/// those of one off-resonance; so a block of atoms is all that is needed at a time.
/// </remarks>
public sealed class AtomGroups
{
    /// <summary>A radius in radians that balances the number of groups against their size on Ma's grid: about 40 atoms a group.</summary>
    public const double DefaultRadius = 0.15;

    // In half precision, of norm 1 up to that: any vector may represent a group, as long as the radius is the rounded one's.
    private readonly Half[][] _conjugates;
    private readonly float[] _radii;

    private AtomGroups(AtomBlocks blocks, int signalLength, Half[][] conjugates, float[] radii) =>
        (Blocks, SignalLength, _conjugates, _radii) = (blocks, signalLength, conjugates, radii);

    /// <summary>The atoms of each group.</summary>
    public AtomBlocks Blocks { get; }

    /// <summary>Groups.</summary>
    public int Count => _radii.Length;

    /// <summary>Samples of a signal.</summary>
    public int SignalLength { get; }

    /// <summary>Radii in radians, [group]; not rounded down.</summary>
    public ReadOnlySpan<float> Radii => _radii;

    /// <summary>The complex conjugates of the representatives of some groups, as products read them: unit norm, to single precision.</summary>
    /// <param name="first">The first group.</param>
    /// <param name="conjugates">[group, sample], written.</param>
    /// <exception cref="ArgumentException">There are no such groups.</exception>
    public void WriteConjugates(int first, Span<ComplexF> conjugates)
    {
        int count = conjugates.Length / SignalLength;
        Check.Length(conjugates.Length, (long)count * SignalLength, nameof(conjugates), "groups x samples");
        Check.InRange(first, 0, Count - count);
        for (int group = 0; group < count; group++) Write(_conjugates[first + group], conjugates.Slice(group * SignalLength, SignalLength));
    }

    /// <summary>Groups the atoms of a source.</summary>
    /// <param name="source">Not kept.</param>
    /// <param name="largestRadius">Of a group of more than one atom, in radians, from 0 to pi/2.</param>
    /// <param name="blockLength">Neighbours in number among which groups are made: the atoms of one off-resonance, for a grid.</param>
    /// <param name="team">Threads.</param>
    /// <exception cref="ArgumentException">An argument is out of range.</exception>
    public static AtomGroups Bisect(IAtomSource source, double largestRadius, int blockLength, WorkerTeam team)
    {
        Check.Positive(source.Count);
        Check.InRange(largestRadius, 0, Math.PI / 2);
        Check.Positive(blockLength);
        int blocks = (int)(((long)source.Count + blockLength - 1) / blockLength);
        int[] order = new int[source.Count];
        Bisection[] found = new Bisection[blocks];
        AlignedBuffer<ComplexF>[] signals = new AlignedBuffer<ComplexF>[Math.Min(team.Size, blocks)];
        for (int i = 0; i < signals.Length; i++) signals[i] = new((long)Math.Min(blockLength, source.Count) * source.SignalLength);
        BisectionJob job = new() { Source = source, BlockLength = blockLength, LargestRadius = largestRadius, Signals = signals, Order = order, Found = found };
        team.Run(ref job, blocks);
        foreach (AlignedBuffer<ComplexF> buffer in signals) buffer.Dispose();
        return new(
            new(order, Starts(found)), source.SignalLength, [.. found.SelectMany(block => block.Conjugates)], [.. found.SelectMany(block => block.Radii)]);
    }

    /// <summary>From half to single precision, scaled to unit norm.</summary>
    private static void Write(ReadOnlySpan<Half> halves, Span<ComplexF> signal)
    {
        Span<float> reals = MemoryMarshal.Cast<ComplexF, float>(signal);
        TensorPrimitives.ConvertToSingle(halves, reals);
        double energy = InnerProduct.Energy(signal);
        if (energy > 0) TensorPrimitives.Multiply(reals, (float)(1 / Math.Sqrt(energy)), reals);
    }

    private static int[] Starts(Bisection[] found)
    {
        List<int> starts = [0];
        foreach (Bisection block in found)
            foreach (int size in block.Sizes) starts.Add(starts[^1] + size);
        return [.. starts];
    }

    private struct BisectionJob : IParallelJob
    {
        public IAtomSource Source;
        public int BlockLength;
        public double LargestRadius;
        public AlignedBuffer<ComplexF>[] Signals;
        public int[] Order;
        public Bisection[] Found;

        public readonly void Execute(int part, int worker)
        {
            int first = part * BlockLength;
            int[] atoms = [.. Enumerable.Range(first, Math.Min(BlockLength, Order.Length - first))];
            // A source serves one caller at a time; writing is a small part of the work.
            lock (Found) Source.Write(atoms, Signals[worker].Slice(0, atoms.Length * Source.SignalLength), WorkerTeam.CallerOnly);
            Found[part] = new Bisection(atoms, Signals[worker], Source.SignalLength, LargestRadius);
            Found[part].Order.CopyTo(Order, first);
        }
    }

    /// <summary>The groups of one block of atoms, whose signals it scales and reads while it is made.</summary>
    private sealed class Bisection
    {
        private readonly int[] _atoms;
        private readonly AlignedBuffer<ComplexF> _signals;
        private readonly int _length;
        private readonly double _largestRadius;
        private readonly Complex[] _sum;
        private readonly ComplexF[] _representative;

        public Bisection(int[] atoms, AlignedBuffer<ComplexF> signals, int length, double largestRadius)
        {
            (_atoms, _signals, _length, _largestRadius) = (atoms, signals, length, largestRadius);
            (_sum, _representative) = (new Complex[length], new ComplexF[length]);
            for (int i = 0; i < atoms.Length; i++)
            {
                Span<ComplexF> atom = signals.Slice((long)i * length, length);
                float scale = (float)(1 / Math.Sqrt(InnerProduct.Energy(atom)));
                for (int j = 0; float.IsFinite(scale) && j < length; j++) atom[j] = scale * atom[j];
            }
            Split([.. Enumerable.Range(0, atoms.Length)]);
        }

        public List<int> Order { get; } = [];

        public List<int> Sizes { get; } = [];

        public List<Half[]> Conjugates { get; } = [];

        public List<float> Radii { get; } = [];

        private ReadOnlySpan<ComplexF> Atom(int i) => _signals.Slice((long)i * _length, _length);

        private void Split(int[] members)
        {
            Half[] halves = ConjugateMean(members);
            Write(halves, _representative);
            for (int j = 0; j < _length; j++) _representative[j] = _representative[j].Conjugate;
            double[] similarity = Similarities(members, _representative);
            int farthest = Array.IndexOf(similarity, similarity.Min());
            double radius = Math.Acos(Math.Min(1, similarity[farthest]));
            if (members.Length > 1 && radius > _largestRadius)
            {
                double[] toFirst = Similarities(members, Atom(members[farthest]));
                double[] toSecond = Similarities(members, Atom(members[Array.IndexOf(toFirst, toFirst.Min())]));
                int[] first = [.. members.Where((_, i) => toFirst[i] >= toSecond[i])], second = [.. members.Where((_, i) => toFirst[i] < toSecond[i])];
                // Atoms all alike, up to rounding, cannot be divided.
                if (first.Length > 0 && second.Length > 0)
                {
                    Split(first);
                    Split(second);
                    return;
                }
            }
            foreach (int i in members) Order.Add(_atoms[i]);
            Sizes.Add(members.Length);
            Conjugates.Add(halves);
            // One unit up: rounding to single precision must not shrink a group.
            Radii.Add(MathF.BitIncrement((float)radius));
        }

        private Half[] ConjugateMean(int[] members)
        {
            Array.Clear(_sum);
            foreach (int i in members)
            {
                Complex product = InnerProduct.Of(Atom(i), Atom(members[0]));
                Complex turn = product == Complex.Zero ? 1 : product / Complex.Abs(product);
                for (int j = 0; j < _length; j++) _sum[j] += turn * Atom(i)[j];
            }
            double energy = 0;
            foreach (Complex z in _sum) energy += z.Real * z.Real + z.Imaginary * z.Imaginary;
            double scale = energy > 0 ? 1 / Math.Sqrt(energy) : 0;
            Half[] halves = new Half[2 * _length];
            for (int j = 0; j < _length; j++) (halves[2 * j], halves[2 * j + 1]) = ((Half)(scale * _sum[j].Real), (Half)(-scale * _sum[j].Imaginary));
            return halves;
        }

        private double[] Similarities(int[] members, ReadOnlySpan<ComplexF> x)
        {
            double[] similarities = new double[members.Length];
            for (int i = 0; i < members.Length; i++) similarities[i] = Complex.Abs(InnerProduct.Of(Atom(members[i]), x));
            return similarities;
        }
    }
}
