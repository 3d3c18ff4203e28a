using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MrfSimd.Fingerprinting;

/// <summary>
/// The running maximum of |z|^2 per row of a product: what is left of the similarities of one block of atoms, while their tile is in the
/// first-level cache. Nothing is written to C.
/// </summary>
/// <remarks>
/// The greater value wins; of equal ones the lower atom number, whatever the order of the blocks. NaN never wins. The common case is one
/// comparison per vector.
/// </remarks>
/// <param name="atoms">Numbers of the block's atoms, [column].</param>
/// <param name="best">Greatest |z|^2 so far, [row]; begins with <see cref="Least"/>.</param>
/// <param name="bestAtom">Its atom, [row]; begins with <see cref="Match.None"/>.</param>
internal readonly ref struct ArgMaxEpilogue(ReadOnlySpan<int> atoms, Span<float> best, Span<int> bestAtom) : IComplexEpilogue
{
    /// <summary>Below every value that may win: 0, the similarity of an atom without energy, must not.</summary>
    public const float Least = float.Epsilon;

    /// <summary>Operations per product: |z|^2 and the comparison.</summary>
    public const int Flops = 4;

    private readonly ReadOnlySpan<int> _atoms = atoms;
    private readonly ref float _best = ref MemoryMarshal.GetReference(best);
    private readonly ref int _bestAtom = ref MemoryMarshal.GetReference(bestAtom);

    public static EpilogueOutput Output => EpilogueOutput.Nothing;

    public static bool KeepsRowState => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ComplexLanes<T> Apply<T>(ComplexLanes<T> z, int row, int column) where T : struct, ILanes<T>
    {
        T power = z.SquaredMagnitude;
        if (T.Any(T.GreaterOrEqual(power, T.LoadBroadcast(in Unsafe.Add(ref _best, row))))) Update(power, row, column);
        return z;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Update<T>(T power, int row, int column) where T : struct, ILanes<T>
    {
        Span<float> powers = stackalloc float[T.Count];
        T.Store(power, ref powers[0], 0);
        ref float best = ref Unsafe.Add(ref _best, row);
        ref int bestAtom = ref Unsafe.Add(ref _bestAtom, row);
        for (int lane = 0; lane < powers.Length; lane++)
        {
            int atom = _atoms[column + lane];
            if (powers[lane] > best || (powers[lane] == best && (uint)atom < (uint)bestAtom)) (best, bestAtom) = (powers[lane], atom);
        }
    }
}
