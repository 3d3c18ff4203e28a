namespace MrfSimd;

/// <summary>A checked real product on its way to the loops of a SIMD level.</summary>
internal unsafe ref struct RealProduct<TReal, TEpilogue>(
    int m, int n, int k, Operand<TReal> a, Operand<TReal> b, TReal* c, int ldc, TEpilogue epilogue, GemmWorkspace<TReal> workspace) : ILaneJob
    where TReal : unmanaged
    where TEpilogue : struct, IRealEpilogue, allows ref struct
{
    /// <summary>Up to this many columns would leave most lanes of a panel empty, so the product is computed as C^T = B^T A^T.</summary>
    public const int FewColumns = 4;

    private readonly TEpilogue _epilogue = epilogue;

    public void Run<T, TOne>() where T : struct, ILanes<T> where TOne : struct, ILanes<TOne>
    {
        if (typeof(T) == typeof(F32x16)) Run<RealKernel512<TReal>, T, TOne>();
        else if (typeof(T) == typeof(F32x8)) Run<RealKernel256<TReal>, T, TOne>();
        else Run<RealKernelScalar<TReal, TOne>, T, TOne>();
    }

    private readonly void Run<TKernel, T, TOne>()
        where TKernel : IMicroKernel<TReal>
        where T : struct, ILanes<T>
        where TOne : struct, ILanes<TOne>
    {
        RealFinish<TReal, TEpilogue> finish = new(_epilogue, c, ldc);
        bool swapped = a.Packed == null && b.Swaps(n, FewColumns);
        GemmLoops<TReal, TKernel, RealFinish<TReal, TEpilogue>, T, TOne> loops = swapped
            ? new(n, m, k, b.Transposed, a.Transposed, true, finish, workspace)
            : new(m, n, k, a, b, false, finish, workspace);
        loops.Run();
    }
}
