using System.Collections.Concurrent;

namespace MrfSimd.Native;

/// <summary>
/// Open mappers by number. Numbers are never used again, so a handle that was closed, or never opened, is found out and harms nothing.
/// </summary>
internal static class Handles
{
    private static readonly ConcurrentDictionary<long, OpenMapper> s_open = new();
    private static long s_last;

    public static long Add(OpenMapper mapper)
    {
        long handle = Interlocked.Increment(ref s_last);
        s_open[handle] = mapper;
        return handle;
    }

    public static OpenMapper? Find(long handle) => s_open.GetValueOrDefault(handle);

    public static bool Close(long handle)
    {
        if (!s_open.TryRemove(handle, out OpenMapper? mapper)) return false;
        mapper.Dispose();
        return true;
    }
}
