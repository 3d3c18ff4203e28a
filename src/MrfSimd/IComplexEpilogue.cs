namespace MrfSimd;

/// <summary>What a matrix product writes to C after its epilogue.</summary>
public enum EpilogueOutput
{
    /// <summary>The value (for complex products: interleaved re, im).</summary>
    Value,

    /// <summary>Re of the value: C is a matrix of reals, ldc counts reals.</summary>
    RealPart,

    /// <summary>Nothing: C is not touched and may be empty; the epilogue keeps what it wants (a running arg-max).</summary>
    Nothing,
}

/// <summary>
/// The step that a complex matrix product applies to each finished value while its tile is in the first-level cache: bias, scaling,
/// activation, conjugation, arg-max. Implement it as a (ref) struct over lanes; it is compiled into the product at every SIMD level.
/// </summary>
/// <remarks>
/// Each element of the product is passed exactly once. Elements of one row come in vectors of T.Count columns or one at a time; which of
/// the two, and the order of the columns, is up to the product. Several threads call at once, on different elements.
/// </remarks>
public interface IComplexEpilogue
{
    /// <summary>What goes to C.</summary>
    static virtual EpilogueOutput Output => EpilogueOutput.Value;

    /// <summary>True if the epilogue keeps state per row: then one thread handles all columns of a row, in ascending order.</summary>
    static virtual bool KeepsRowState => false;

    /// <summary>The value to store for the elements (row, column .. column + T.Count - 1) whose products are z.</summary>
    ComplexLanes<T> Apply<T>(ComplexLanes<T> z, int row, int column) where T : struct, ILanes<T>;
}

/// <summary>The step that a real matrix product applies to each finished value; see <see cref="IComplexEpilogue"/>.</summary>
public interface IRealEpilogue
{
    /// <summary>The value to store for the elements (row, column .. column + T.Count - 1) whose products are x.</summary>
    T Apply<T>(T x, int row, int column) where T : struct, ILanes<T>;
}
