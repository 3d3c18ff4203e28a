using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MrfSimd.Fingerprinting;

/// <summary>What all <see cref="ArgMaxEpilogue{TOrder}"/> share.</summary>
internal static class ArgMax
{
    /// <summary>Lanes per row: those of the widest vector.</summary>
    public const int Lanes = 16;

    /// <summary>Operations per product: |z|^2, the comparison, the maximum and a selection.</summary>
    public const int Flops = 6;
}

/// <summary>
/// The running maximum of |z|^2 per row of a product: what is left of the similarities of one block of atoms, while their tile is in the
/// first-level cache. Nothing is written to C.
/// </summary>
/// <remarks>
/// Each row has a maximum in each of <see cref="ArgMax.Lanes"/> lanes, of the columns that are equal modulo their number: keeping them takes no branch, and a dictionary,
/// in which a signal's similarity climbs from atom to atom, would mispredict one at every step. Of equal values the lower atom number wins, and NaN never does.
/// </remarks>
/// <typeparam name="TOrder">0 if the atoms' numbers ascend, so that the first of equal values is the lower one, else 1.</typeparam>
/// <param name="atoms">Numbers of the block's atoms, [column].</param>
/// <param name="lanes">[row][greatest |z|^2 so far (lanes) | the bits of its atom's number (lanes)], cleared before the product.</param>
internal readonly ref struct ArgMaxEpilogue<TOrder>(ReadOnlySpan<int> atoms, Span<float> lanes) : IComplexEpilogue where TOrder : IConstant
{
    // Numbers go through the lanes of floats as they are: they are moved and compared, and floats above 0 are ordered as their bits.
    private readonly ref float _atoms = ref Unsafe.As<int, float>(ref MemoryMarshal.GetReference(atoms));
    private readonly ref float _lanes = ref MemoryMarshal.GetReference(lanes);

    public static EpilogueOutput Output => EpilogueOutput.Nothing;

    public static bool KeepsRowState => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ComplexLanes<T> Apply<T>(ComplexLanes<T> z, int row, int column) where T : struct, ILanes<T>
    {
        nuint place = (uint)row * 2 * ArgMax.Lanes + (uint)column % ArgMax.Lanes;
        ref float powers = ref _lanes, numbers = ref Unsafe.Add(ref powers, ArgMax.Lanes);
        T value = z.SquaredMagnitude, greatest = T.Load(in powers, place);
        T atom = T.Load(in _atoms, (uint)column), number = T.Load(in numbers, place);
        if (TOrder.Value != 0) number = T.Select(T.Equal(value, greatest), T.Min(atom, number), number);
        number = T.Select(T.Greater(value, greatest), atom, number);
        T.Store(T.Max(value, greatest), ref powers, place);
        T.Store(number, ref numbers, place);
        return z;
    }
}
