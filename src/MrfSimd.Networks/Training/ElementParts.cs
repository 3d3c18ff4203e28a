namespace MrfSimd.Networks;

/// <summary>An element-wise kernel that can be moved to start at a later element, so that a team can share its elements.</summary>
internal interface IOffsetKernel<TSelf> : ILaneKernel where TSelf : struct, IOffsetKernel<TSelf>, allows ref struct
{
    /// <summary>The kernel whose element 0 is this one's element <paramref name="start"/>.</summary>
    TSelf At(int start);
}

/// <summary>Element-wise work over long buffers, in parts that a team shares; the bits do not depend on the team.</summary>
internal static class ElementParts
{
    /// <summary>Elements per part: 128 KiB of float parameters, enough to hide the hand-over to a worker.</summary>
    public const int Length = 32768;

    /// <summary>Parts of a buffer.</summary>
    public static int Count(int elements) => (elements + Length - 1) / Length;

    /// <summary>Runs a kernel over all elements.</summary>
    public static void ForEach<TReal, TKernel>(TKernel kernel, int elements, WorkerTeam team)
        where TReal : unmanaged
        where TKernel : struct, IOffsetKernel<TKernel>, allows ref struct
    {
        Job<TReal, TKernel> job = new() { Kernel = kernel, Elements = elements };
        team.Run(ref job, Count(elements));
    }

    private ref struct Job<TReal, TKernel> : IParallelJob
        where TReal : unmanaged
        where TKernel : struct, IOffsetKernel<TKernel>, allows ref struct
    {
        public TKernel Kernel;
        public int Elements;

        public void Execute(int part, int worker)
        {
            int start = part * Length;
            SimdDispatch.ForEach<TReal, TKernel>(Kernel.At(start), Math.Min(Length, Elements - start));
        }
    }
}
