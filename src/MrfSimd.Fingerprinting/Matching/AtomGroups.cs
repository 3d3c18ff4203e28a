using System.Numerics;

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

    private readonly ComplexF[] _conjugates;
    private readonly float[] _radii;

    private AtomGroups(AtomBlocks blocks, ComplexF[] conjugates, float[] radii) => (Blocks, _conjugates, _radii) = (blocks, conjugates, radii);

    /// <summary>The atoms of each group.</summary>
    public AtomBlocks Blocks { get; }

    /// <summary>Groups.</summary>
    public int Count => _radii.Length;

    /// <summary>The complex conjugates of the representatives, [group, sample], unit norm: as products read them, so that there is no second copy.</summary>
    public ReadOnlySpan<ComplexF> Conjugates => _conjugates;

    /// <summary>Radii in radians, [group]; not rounded down.</summary>
    public ReadOnlySpan<float> Radii => _radii;

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
        AtomBlocks blocks = AtomBlocks.Consecutive(source.Count, blockLength);
        Bisection[] found = new Bisection[blocks.Count];
        BisectionJob job = new() { Source = source, Blocks = blocks, LargestRadius = largestRadius, Found = found };
        team.Run(ref job, blocks.Count);
        return new(
            new([.. found.SelectMany(block => block.Order)], Starts(found)), [.. found.SelectMany(block => block.Conjugates)],
            [.. found.SelectMany(block => block.Radii)]);
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
        public AtomBlocks Blocks;
        public double LargestRadius;
        public Bisection[] Found;

        public readonly void Execute(int part, int worker)
        {
            int[] atoms = Blocks[part].ToArray();
            // Not left to the garbage collector, who would gather several blocks of some megabytes first.
            using AlignedBuffer<ComplexF> signals = new((long)atoms.Length * Source.SignalLength);
            // A source serves one caller at a time; writing is a small part of the work.
            lock (Found) Source.Write(atoms, signals.Span, WorkerTeam.CallerOnly);
            Found[part] = new Bisection(atoms, signals, Source.SignalLength, LargestRadius);
        }
    }

    /// <summary>The groups of one block of atoms, whose signals it scales and reads while it is made.</summary>
    private sealed class Bisection
    {
        private readonly int[] _atoms;
        private readonly AlignedBuffer<ComplexF> _signals;
        private readonly int _length;
        private readonly double _largestRadius;

        public Bisection(int[] atoms, AlignedBuffer<ComplexF> signals, int length, double largestRadius)
        {
            (_atoms, _signals, _length, _largestRadius) = (atoms, signals, length, largestRadius);
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

        public List<ComplexF> Conjugates { get; } = [];

        public List<float> Radii { get; } = [];

        private ReadOnlySpan<ComplexF> Atom(int i) => _signals.Slice((long)i * _length, _length);

        private void Split(int[] members)
        {
            ComplexF[] mean = Mean(members);
            double[] similarity = Similarities(members, mean);
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
            Conjugates.AddRange(Array.ConvertAll(mean, z => z.Conjugate));
            // One unit up: rounding to single precision must not shrink a group.
            Radii.Add(MathF.BitIncrement((float)radius));
        }

        private ComplexF[] Mean(int[] members)
        {
            Complex[] sum = new Complex[_length];
            foreach (int i in members)
            {
                Complex product = InnerProduct.Of(Atom(i), Atom(members[0]));
                Complex turn = product == Complex.Zero ? 1 : product / Complex.Abs(product);
                for (int j = 0; j < _length; j++) sum[j] += turn * Atom(i)[j];
            }
            double energy = 0;
            foreach (Complex z in sum) energy += z.Real * z.Real + z.Imaginary * z.Imaginary;
            double scale = energy > 0 ? 1 / Math.Sqrt(energy) : 0;
            return [.. sum.Select(z => (ComplexF)(scale * z))];
        }

        private double[] Similarities(int[] members, ReadOnlySpan<ComplexF> x)
        {
            double[] similarities = new double[members.Length];
            for (int i = 0; i < members.Length; i++) similarities[i] = Complex.Abs(InnerProduct.Of(Atom(members[i]), x));
            return similarities;
        }
    }
}
