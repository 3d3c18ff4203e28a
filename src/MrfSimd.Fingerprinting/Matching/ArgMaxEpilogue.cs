using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MrfSimd.Fingerprinting;

/// <summary>
/// The running maximum of |z|^2 per row of a product: what is left of the similarities of one block of atoms, while their tile is in the
/// first-level cache. Nothing is written to C.
/// </summary>
/// <remarks>
/// Each row has a maximum in each of <see cref="Lanes"/> lanes, of the columns that are equal modulo their number: keeping them takes no branch, and a dictionary,
/// in which a signal's similarity climbs from atom to atom, would mispredict one at every step. Of equal values the lower column wins, and NaN never does.
/// </remarks>
/// <param name="atoms">Numbers of the block's atoms, [column].</param>
/// <param name="lanes">[row][greatest |z|^2 so far (lanes) | the bits of its atom's number (lanes)], cleared before the product.</param>
internal readonly ref struct ArgMaxEpilogue(ReadOnlySpan<int> atoms, Span<float> lanes) : IComplexEpilogue
{
    /// <summary>Lanes per row: those of the widest vector.</summary>
    public const int Lanes = 16;

    /// <summary>Operations per product: |z|^2, the comparison, the maximum and a selection.</summary>
    public const int Flops = 6;

    // Numbers go through the lanes of floats as they are: they are only moved.
    private readonly ref float _atoms = ref Unsafe.As<int, float>(ref MemoryMarshal.GetReference(atoms));
    private readonly ref float _lanes = ref MemoryMarshal.GetReference(lanes);

    public static EpilogueOutput Output => EpilogueOutput.Nothing;

    public static bool KeepsRowState => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ComplexLanes<T> Apply<T>(ComplexLanes<T> z, int row, int column) where T : struct, ILanes<T>
    {
        nuint place = (uint)row * 2 * Lanes + (uint)column % Lanes;
        ref float powers = ref _lanes, numbers = ref Unsafe.Add(ref powers, Lanes);
        T value = z.SquaredMagnitude, greatest = T.Load(in powers, place);
        T number = T.Select(T.Greater(value, greatest), T.Load(in _atoms, (uint)column), T.Load(in numbers, place));
        T.Store(T.Max(value, greatest), ref powers, place);
        T.Store(number, ref numbers, place);
        return z;
    }
}
