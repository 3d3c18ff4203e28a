using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MrfSimd.Fingerprinting;

/// <summary>Which groups a <see cref="GroupSearch"/> may skip.</summary>
public enum GroupPruning
{
    /// <summary>
    /// Those that cannot hold the best atom of a signal whose residual is nearly white: the part of the residual that a group's radius can turn
    /// into similarity is taken as five times what white noise puts there.
    /// </summary>
    WhiteNoise,

    /// <summary>Those that cannot hold the best atom whatever the signal, by the triangle inequality on the sphere: the exact match.</summary>
    Guaranteed,
}

/// <summary>
/// Compares each signal with the representatives of groups of similar atoms, and exactly with the atoms of the groups that can hold the best one
/// (after Cauley et al., MRM 74, 2015, whose threshold is replaced by a bound).
/// </summary>
/// <remarks>
/// If the best atom d, |&lt;d, x&gt;| = s, lies in a group of radius r and representative c, then |&lt;c, x&gt;| >= s cos r - e sin r, where e is the part of
/// the residual along one direction. Any s found before bounds the best one from below. <see cref="GroupPruning"/> says what e is
/// taken for. Derivation: <c>docs/math/matching.md</c>. Memory as <see cref="ExactSearch"/>, the groups counted.
/// </remarks>
public sealed class GroupSearch : IDictionarySearch
{
    // White noise alone stays within 3 times its root mean square in one complex direction, but for a probability of exp(-9). A signal
    // between the grid points leaves a residual that is not white; with 5, all of 2048 such signals keep their best atom, with 3, 99.6 %.
    private const double NoiseReach = 5;

    // 8 MiB of similarities to representatives, in half precision.
    private const long MaxPowers = 4 * 1024 * 1024;

    // Rounding to half precision, twice: one part in 2^11, or 2^-25 of the numbers below 2^-14. No group is lost that was at the threshold.
    private const float HalfSlack = 1 - 1f / 1024, HalfStep = 1f / (1 << 24);

    // Representatives per product.
    private const int ChunkGroups = 512;

    // Signals at a time: with the gathered ones beside them 16 MiB at 500 samples.
    private const int MaxRows = 2048;

    private readonly AtomGroups _groups;
    private readonly GroupPruning _pruning;
    private readonly GemmWorkspace<float> _workspace;
    private readonly AtomStore _store;
    private readonly SignalBlock _signals;
    private readonly AlignedBuffer<Half> _powers;
    private readonly AlignedBuffer<float> _chunkPowers, _greatest, _found, _residual;
    private readonly BestAtoms _best;
    private readonly AlignedBuffer<int> _nearest, _rows;
    private readonly AlignedBuffer<ComplexF> _gathered, _conjugates;
    private double _flops, _searched;

    /// <summary>Prepares the search.</summary>
    /// <param name="source">Of the atoms; disposed with the search.</param>
    /// <param name="groups">Of these atoms.</param>
    /// <param name="pruning">Which groups may be skipped.</param>
    /// <param name="team">Threads; not disposed with the search.</param>
    /// <param name="memoryBudget">Bytes that the atoms may take; a dictionary beyond it is written anew by its source for every block of signals.</param>
    /// <exception cref="ArgumentException">The groups are of other atoms, an atom is not finite, or the budget negative.</exception>
    public GroupSearch(IAtomSource source, AtomGroups groups, GroupPruning pruning, WorkerTeam team, long memoryBudget = long.MaxValue)
    {
        Check.NotNegative(memoryBudget);
        int length = source.SignalLength;
        if (groups.SignalLength != length) Check.Fail(nameof(groups), $"of signals of {groups.SignalLength} samples", $"expected the {length} of the source");
        (_groups, _pruning) = (groups, pruning);
        _workspace = new GemmWorkspace<float>(team);
        _store = new AtomStore(source, groups.Blocks, memoryBudget, _workspace);
        _signals = new SignalBlock(length, team, (int)Math.Clamp(MaxPowers / groups.Count, 64, MaxRows));
        int rows = _signals.Capacity;
        _powers = new((long)groups.Count * rows);
        _best = new(rows);
        _chunkPowers = new((long)Math.Min(ChunkGroups, groups.Count) * rows);
        (_greatest, _found, _residual, _nearest, _rows) = (new(rows), new(rows), new(rows), new(rows), new(rows));
        _gathered = new((long)rows * length);
        _conjugates = new((long)Math.Min(ChunkGroups, groups.Count) * length);
    }

    /// <inheritdoc/>
    public int AtomCount => _store.Blocks.AtomCount;

    /// <inheritdoc/>
    public int SignalLength => _store.SignalLength;

    /// <summary>Operations per signal of the last call, those with an energy above 0; before one, of the representatives alone.</summary>
    public double FlopsPerSignal => ExactSearch.FlopsOf(_groups.Count, SignalLength) + (_searched > 0 ? _flops / _searched : 0);

    /// <inheritdoc/>
    public void Search(ReadOnlySpan<ComplexF> signals, Span<Match> matches, IProgress<long>? progress = null, CancellationToken cancellation = default)
    {
        Check.Length(signals.Length, (long)matches.Length * SignalLength, nameof(signals), "signals x samples");
        (_flops, _searched) = (0, 0);
        for (int start = 0; start < matches.Length; start += _signals.Capacity)
        {
            int count = Math.Min(_signals.Capacity, matches.Length - start);
            Span<Match> results = matches.Slice(start, count);
            _signals.Load(signals.Slice(start * SignalLength, count * SignalLength), results);
            if (_signals.Rows > 0) SearchBlock(results, cancellation);
            progress?.Report(start + count);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (IDisposable buffer in (ReadOnlySpan<IDisposable>)
            [_powers, _chunkPowers, _best, _greatest, _found, _residual, _nearest, _rows, _gathered, _conjugates, _signals, _store, _workspace])
            buffer.Dispose();
    }

    private void SearchBlock(Span<Match> results, CancellationToken cancellation)
    {
        int rows = _signals.Rows, groups = _groups.Count;
        _best.Clear();
        _searched += rows;

        CompareRepresentatives(rows);

        // The nearest group first: its best atom bounds the rest.
        Span<int> nearest = _nearest.Slice(0, rows);
        for (int group = 0; group < groups; group++)
        {
            cancellation.ThrowIfCancellationRequested();
            int count = 0;
            for (int row = 0; row < rows; row++)
                if (nearest[row] == group) _rows.Span[count++] = row;
            SearchGroup(group, count);
        }
        Bound(rows);
        for (int group = 0; group < groups; group++)
        {
            cancellation.ThrowIfCancellationRequested();
            SearchGroup(group, Survivors(group, rows));
        }
        _signals.Store(_best, _store, results);
    }

    /// <summary>The similarities of all rows to all representatives, and the most similar one per row.</summary>
    private void CompareRepresentatives(int rows)
    {
        _greatest.Slice(0, rows).Fill(-1);
        _nearest.Slice(0, rows).Clear();
        for (int first = 0; first < _groups.Count; first += ChunkGroups)
        {
            int count = Math.Min(ChunkGroups, _groups.Count - first);
            Span<ComplexF> conjugates = _conjugates.Slice(0, count * SignalLength);
            Span<float> powers = _chunkPowers.Slice(0, count * rows);
            _groups.WriteConjugates(first, conjugates);
            ComplexGemm.Multiply(
                MatrixOp.None, MatrixOp.Transpose, count, rows, SignalLength, MemoryMarshal.Cast<ComplexF, float>(conjugates), SignalLength,
                MemoryMarshal.Cast<ComplexF, float>(_signals.Signals), SignalLength, powers, rows, new PowerEpilogue(), _workspace);
            for (int group = 0; group < count; group++) FindNearest(first + group, powers.Slice(group * rows, rows));
            TensorPrimitives.ConvertToHalf(powers, _powers.Slice((long)first * rows, count * rows));
        }
    }

    private void FindNearest(int group, ReadOnlySpan<float> powers)
    {
        Span<float> greatest = _greatest.Slice(0, powers.Length);
        Span<int> nearest = _nearest.Slice(0, powers.Length);
        for (int row = 0; row < powers.Length; row++)
            if (powers[row] > greatest[row]) (greatest[row], nearest[row]) = (powers[row], group);
    }

    /// <summary>What the atoms found so far say about each row: s, and the residual e.</summary>
    private void Bound(int rows)
    {
        double reach = _pruning == GroupPruning.Guaranteed ? 1 : Math.Min(1, NoiseReach / Math.Sqrt(SignalLength));
        for (int row = 0; row < rows; row++)
        {
            double power = _best.Power(row), norm = _signals.ScaledNorm(row);
            _found.Span[row] = (float)Math.Sqrt(power);
            _residual.Span[row] = (float)(reach * Math.Sqrt(Math.Max(0, norm * norm - power)));
        }
    }

    /// <summary>Lists the rows whose best atom this group may hold.</summary>
    private int Survivors(int group, int rowCount)
    {
        Span<float> powers = _chunkPowers.Slice(0, rowCount);
        TensorPrimitives.ConvertToSingle(_powers.Slice((long)group * rowCount, rowCount), powers);
        (float sin, float cos) = MathF.SinCos(_groups.Radii[group]);
        // Rounding of both similarities: each errs by at most 2 gamma(2 length) |x|, and |x| is below 2.
        float slack = 16f * SignalLength / (1 << 24);
        ReadOnlySpan<float> found = _found.Slice(0, powers.Length), residual = _residual.Slice(0, powers.Length);
        ReadOnlySpan<int> nearest = _nearest.Slice(0, powers.Length);
        Span<int> rows = _rows.Slice(0, powers.Length);
        int count = 0;
        for (int row = 0; row < powers.Length; row++)
        {
            float least = Math.Max(0, found[row] * cos - residual[row] * sin - slack);
            if (powers[row] >= HalfSlack * least * least - HalfStep && nearest[row] != group) rows[count++] = row;
        }
        return count;
    }

    /// <summary>Compares the listed rows with all atoms of a group.</summary>
    private void SearchGroup(int group, int count)
    {
        if (count == 0) return;
        int length = SignalLength;
        ReadOnlySpan<int> rows = _rows.Slice(0, count);
        for (int i = 0; i < count; i++) _signals.Signals.Slice(rows[i] * length, length).CopyTo(_gathered.Slice(i * length, length));
        _best.Compare(_store, group, _gathered.Slice(0, count * length), rows);
        _flops += count * ExactSearch.FlopsOf(_groups.Blocks[group].Length, length);
    }

    /// <summary>Stores |z|^2.</summary>
    private readonly struct PowerEpilogue : IComplexEpilogue
    {
        public static EpilogueOutput Output => EpilogueOutput.RealPart;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public ComplexLanes<T> Apply<T>(ComplexLanes<T> z, int row, int column) where T : struct, ILanes<T> => new(z.SquaredMagnitude, T.Zero);
    }
}
