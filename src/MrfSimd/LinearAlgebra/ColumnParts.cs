namespace MrfSimd;

/// <summary>Products of a few rows, cut into parts of columns whose sums stay in the first-level cache.</summary>
internal static class ColumnParts
{
    /// <summary>Runs the parts of a product of so many complex multiply-adds, on the team where it is worth waking.</summary>
    public static void Run<TReal, TFinish, TJob>(ref TJob job, int parts, long work, bool backward, GemmWorkspace<TReal> workspace)
        where TReal : unmanaged
        where TFinish : struct, ITileFinish<TReal>, allows ref struct
        where TJob : struct, IParallelJob, allows ref struct
    {
        if (workspace.Team.Size > 1 && !TFinish.KeepsRowState && work >= Blocking.SmallestSharedWork) workspace.Team.Run(ref job, parts);
        else for (int part = 0; part < parts; part++) job.Execute(backward ? parts - 1 - part : part, 0);
        GC.KeepAlive(workspace);
    }
}
