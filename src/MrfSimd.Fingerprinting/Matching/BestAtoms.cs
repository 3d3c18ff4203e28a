using System.Runtime.InteropServices;

namespace MrfSimd.Fingerprinting;

/// <summary>
/// The best atom of each signal among the blocks of atoms seen so far. The greater |&lt;d, x&gt;|^2 wins; of equal ones the lower atom number, whatever the order
/// of the blocks; a value of 0 or NaN never does.
/// </summary>
/// <param name="capacity">Signals at most.</param>
internal sealed class BestAtoms(int capacity) : IDisposable
{
    private readonly AlignedBuffer<float> _powers = new(capacity), _lanes = new(2L * ArgMax.Lanes * capacity);
    private readonly AlignedBuffer<int> _atoms = new(capacity);

    /// <summary>Greatest |&lt;d, x&gt;|^2 of a signal, with the atom at unit norm.</summary>
    public float Power(int row) => _powers.Span[row];

    /// <summary>Its atom, or <see cref="Match.None"/>.</summary>
    public int Atom(int row) => _atoms.Span[row];

    /// <summary>Forgets all.</summary>
    public void Clear()
    {
        _powers.Span.Clear();
        _atoms.Span.Fill(Match.None);
    }

    /// <summary>Compares signals with the atoms of a block, and maybe with a few of its neighbours.</summary>
    /// <param name="store">Of the atoms.</param>
    /// <param name="block">The block.</param>
    /// <param name="signals">[signal, sample].</param>
    /// <param name="rows">The signals' numbers here.</param>
    public void Compare(AtomStore store, int block, ReadOnlySpan<ComplexF> signals, ReadOnlySpan<int> rows)
    {
        const int Lanes = ArgMax.Lanes;
        Span<float> lanes = _lanes.Slice(0, 2 * Lanes * rows.Length), powers = _powers.Span;
        Span<int> best = _atoms.Span;
        lanes.Clear();
        store.FindGreatest(block, signals, rows.Length, lanes);
        for (int i = 0; i < rows.Length; i++)
        {
            int row = rows[i];
            ReadOnlySpan<float> values = lanes.Slice(2 * Lanes * i, Lanes);
            ReadOnlySpan<int> atoms = MemoryMarshal.Cast<float, int>(lanes.Slice(2 * Lanes * i + Lanes, Lanes));
            for (int lane = 0; lane < Lanes; lane++)
            {
                bool wins = values[lane] > powers[row] || (values[lane] == powers[row] && values[lane] > 0 && (uint)atoms[lane] < (uint)best[row]);
                if (wins) (powers[row], best[row]) = (values[lane], atoms[lane]);
            }
        }
    }

    public void Dispose()
    {
        _powers.Dispose();
        _lanes.Dispose();
        _atoms.Dispose();
    }
}
