using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MrfSimd.Tests.Testing;

/// <summary>
/// Memory that ends exactly at a page without access (or begins right after one), so that a kernel that reads or writes one element
/// too many crashes the test run instead of passing.
/// </summary>
internal sealed unsafe class GuardedBuffer<T> : IDisposable where T : unmanaged
{
    private const int ProtNone = 0, ProtReadWrite = 3, MapPrivateAnonymous = 0x22;
    private static readonly nuint s_page = (nuint)Environment.SystemPageSize;

    private readonly byte* _map;
    private readonly nuint _mapped;
    private readonly T* _data;
    private readonly int _length;

    /// <param name="length">Elements.</param>
    /// <param name="guardBefore">True: the guard page lies just before the first element; false: just after the last.</param>
    public GuardedBuffer(int length, bool guardBefore = false)
    {
        nuint bytes = (nuint)length * (nuint)sizeof(T);
        nuint inner = (bytes + s_page - 1) / s_page * s_page;
        _mapped = inner + 2 * s_page;
        _map = (byte*)Pages.Map(null, _mapped, ProtReadWrite, MapPrivateAnonymous, -1, 0);
        if (_map == (byte*)-1) throw new InvalidOperationException("mmap failed");
        if (Pages.Protect(_map, s_page, ProtNone) != 0 || Pages.Protect(_map + s_page + inner, s_page, ProtNone) != 0)
            throw new InvalidOperationException("mprotect failed");
        _length = length;
        _data = (T*)(guardBefore ? _map + s_page : _map + s_page + inner - bytes);
    }

    public Span<T> Span => new(_data, _length);

    /// <summary>A guarded copy of some values.</summary>
    public static GuardedBuffer<T> Of(ReadOnlySpan<T> values, bool guardBefore = false)
    {
        GuardedBuffer<T> buffer = new(values.Length, guardBefore);
        values.CopyTo(buffer.Span);
        return buffer;
    }

    public void Dispose() => _ = Pages.Unmap(_map, _mapped);
}

/// <summary>The C library's page protection.</summary>
internal static unsafe class Pages
{
    [DllImport("libc", EntryPoint = "mmap")]
    public static extern void* Map(void* address, nuint length, int protection, int flags, int file, nint offset);

    [DllImport("libc", EntryPoint = "mprotect")]
    public static extern int Protect(void* address, nuint length, int protection);

    [DllImport("libc", EntryPoint = "munmap")]
    public static extern int Unmap(void* address, nuint length);
}
