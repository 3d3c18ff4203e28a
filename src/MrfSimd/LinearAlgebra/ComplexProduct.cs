namespace MrfSimd;

/// <summary>How many real multiplications make a complex one.</summary>
public enum ComplexProductMode
{
    /// <summary>(ar br - ai bi) + i (ar bi + ai br): componentwise accurate, NaN and infinity propagate.</summary>
    FourMultiplications,

    /// <summary>
    /// Gauss: t1 = (ar + ai) br, t2 = ar (bi - br), t3 = ai (br + bi); re = t1 - t3, im = t1 + t2. A third more complex multiply-adds in
    /// the same time. Accurate normwise only: |error| is at most c k eps |A| |B| in the norm of rows and columns (docs/math/cgemm.md),
    /// so a part that is small beside the other may lose all its digits; infinities may become NaN. Products with up to 6 columns
    /// are computed with four.
    /// </summary>
    ThreeMultiplications,
}

/// <summary>A checked complex product on its way to the loops of a SIMD level.</summary>
internal unsafe ref struct ComplexProduct<TReal, TEpilogue>(
    int m, int n, int k, Operand<TReal> a, Operand<TReal> b, ComplexProductMode mode, TReal* c, int ldc, TEpilogue epilogue,
    GemmWorkspace<TReal> workspace) : ILaneJob
    where TReal : unmanaged
    where TEpilogue : struct, IComplexEpilogue, allows ref struct
{
    /// <summary>
    /// Up to this many columns (the rows of a tile, at every level) would leave most lanes of a panel empty, so the product is computed
    /// as C^T = B^T A^T.
    /// </summary>
    public const int FewColumns = 6;

    /// <summary>Up to this many rows, which do little but read it, the three-multiplication product reads two planes of the right operand instead of three.</summary>
    private const int FewRows = 8;

    private readonly TEpilogue _epilogue = epilogue;

    public void Run<T, TOne>() where T : struct, ILanes<T> where TOne : struct, ILanes<TOne>
    {
        bool three = mode == ComplexProductMode.ThreeMultiplications && !b.Swaps(n, FewColumns);
        if (a.Packed == null && TryFewRows<T, TOne>(three)) return;
        if (typeof(T) == typeof(F32x16))
        {
            if (!three) Run<ComplexKernel512<TReal>, T, TOne>(three);
            else if (m <= FewRows) Run<GaussKernel512<TReal>, T, TOne>(three);
            else Run<GaussPassesKernel<TReal, RealKernel512<TReal>>, T, TOne>(three);
        }
        else if (typeof(T) == typeof(F32x8))
        {
            if (!three) Run<ComplexKernel256<TReal>, T, TOne>(three);
            else if (m <= FewRows) Run<GaussKernel256<TReal>, T, TOne>(three);
            else Run<GaussPassesKernel<TReal, RealKernel256<TReal>>, T, TOne>(three);
        }
        else if (three) Run<GaussPassesKernel<TReal, RealKernelScalar<TReal, TOne>>, T, TOne>(three);
        else Run<ComplexKernelScalar<TReal, TOne>, T, TOne>(three);
    }

    private readonly bool TryFewRows<T, TOne>(bool three) where T : struct, ILanes<T> where TOne : struct, ILanes<TOne>
    {
        if (b.Swaps(n, FewColumns)) return false;
        if (b.Packed == null) return b.View.ColumnStride == 1 && TryFewRows<FewRowsAsTheyLie<T>, FewRowsAsTheyLie<TOne>, T, TOne>();
        if (b.Words == null)
            return three ? TryFewRows<FewRowsGauss<T, C2>, FewRowsGauss<TOne, C2>, T, TOne>() : TryFewRows<FewRowsParts<T, C2>, FewRowsParts<TOne, C2>, T, TOne>();
        return three ? TryFewRows<FewRowsGauss<T, C1>, FewRowsGauss<TOne, C1>, T, TOne>() : TryFewRows<FewRowsParts<T, C1>, FewRowsParts<TOne, C1>, T, TOne>();
    }

    private readonly bool TryFewRows<TForm, TOneForm, T, TOne>()
        where TForm : IFewRowsForm<T>
        where TOneForm : IFewRowsForm<TOne>
        where T : struct, ILanes<T>
        where TOne : struct, ILanes<TOne>
    {
        if (!FewRowsProduct<TReal, ComplexFinish<TReal, TEpilogue>, TForm, TOneForm, T, TOne>.Takes(m, k)) return false;
        FewRowsProduct<TReal, ComplexFinish<TReal, TEpilogue>, TForm, TOneForm, T, TOne> product = new(
            m, n, k, a.View, b, new(_epilogue, c, ldc), workspace);
        product.Run();
        return true;
    }

    private readonly void Run<TKernel, T, TOne>(bool three)
        where TKernel : IMicroKernel<TReal>
        where T : struct, ILanes<T>
        where TOne : struct, ILanes<TOne>
    {
        ComplexFinish<TReal, TEpilogue> finish = new(_epilogue, c, ldc);
        bool swapped = a.Packed == null && b.Swaps(n, FewColumns);
        GemmLoops<TReal, TKernel, ComplexFinish<TReal, TEpilogue>, T, TOne> loops = swapped
            ? new(n, m, k, b.Transposed, a.Transposed, true, finish, workspace)
            : new(m, n, k, a, b, false, finish, workspace);
        loops.Run();
    }
}
