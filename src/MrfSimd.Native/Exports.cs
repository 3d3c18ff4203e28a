using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using MrfSimd.Fingerprinting;

namespace MrfSimd.Native;

/// <summary>
/// The C interface; <c>include/mrfsimd.h</c> documents it. Each function turns every exception into a code and a sentence: none
/// crosses the border.
/// </summary>
public static unsafe class Exports
{
    private static readonly byte* s_version = Constant(
        typeof(Exports).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "unknown");

    private static readonly byte* s_level = Constant(SimdDispatch.Level.ToString().ToLowerInvariant());

    /// <summary><c>mrfsimd_version</c>.</summary>
    [UnmanagedCallersOnly(EntryPoint = "mrfsimd_version", CallConvs = [typeof(CallConvCdecl)])]
    public static byte* Version() => s_version;

    /// <summary><c>mrfsimd_simd_level</c>.</summary>
    [UnmanagedCallersOnly(EntryPoint = "mrfsimd_simd_level", CallConvs = [typeof(CallConvCdecl)])]
    public static byte* Level() => s_level;

    /// <summary><c>mrfsimd_last_error</c>.</summary>
    [UnmanagedCallersOnly(EntryPoint = "mrfsimd_last_error", CallConvs = [typeof(CallConvCdecl)])]
    public static byte* LastError() => Outcome.LastError;

    /// <summary><c>mrfsimd_open_file</c>.</summary>
    [UnmanagedCallersOnly(EntryPoint = "mrfsimd_open_file", CallConvs = [typeof(CallConvCdecl)])]
    public static int OpenFile(byte* path, int threads, long* mapper)
    {
        try
        {
            if (path == null || mapper == null) return Outcome.NullArgument();
            *mapper = 0;
            string name = Marshal.PtrToStringUTF8((nint)path)!;
            *mapper = Handles.Open(() => FingerprintModel.Read(name), threads);
            return Outcome.Success;
        }
        catch (Exception error)
        {
            return Outcome.Of(error);
        }
    }

    /// <summary><c>mrfsimd_open_memory</c>.</summary>
    [UnmanagedCallersOnly(EntryPoint = "mrfsimd_open_memory", CallConvs = [typeof(CallConvCdecl)])]
    public static int OpenMemory(byte* bytes, long length, int threads, long* mapper)
    {
        try
        {
            if (bytes == null || mapper == null) return Outcome.NullArgument();
            *mapper = 0;
            if (length < 0) throw new ArgumentException($"length is {length}: expected 0 or more.");
            *mapper = Handles.Open(() => FingerprintModel.Read(new UnmanagedMemoryStream(bytes, length), "the model in memory"), threads);
            return Outcome.Success;
        }
        catch (Exception error)
        {
            return Outcome.Of(error);
        }
    }

    /// <summary><c>mrfsimd_close</c>.</summary>
    [UnmanagedCallersOnly(EntryPoint = "mrfsimd_close", CallConvs = [typeof(CallConvCdecl)])]
    public static int Close(long mapper)
    {
        try
        {
            return Handles.Close(mapper) ? Outcome.Success : Outcome.UnknownHandle(mapper);
        }
        catch (Exception error)
        {
            return Outcome.Of(error);
        }
    }

    /// <summary><c>mrfsimd_pulse_count</c>.</summary>
    [UnmanagedCallersOnly(EntryPoint = "mrfsimd_pulse_count", CallConvs = [typeof(CallConvCdecl)])]
    public static int PulseCount(long mapper, long* pulses)
    {
        try
        {
            if (pulses == null) return Outcome.NullArgument();
            if (Handles.Find(mapper) is not { } opened) return Outcome.UnknownHandle(mapper);
            *pulses = opened.PulseCount;
            return Outcome.Success;
        }
        catch (Exception error)
        {
            return Outcome.Of(error);
        }
    }

    /// <summary><c>mrfsimd_map</c>.</summary>
    [UnmanagedCallersOnly(EntryPoint = "mrfsimd_map", CallConvs = [typeof(CallConvCdecl)])]
    public static int Map(
        long mapper, ComplexF* signals, long voxels, long voxelStride, long pulseStride, float* t1, float* t2, float* offResonance, float* density)
    {
        try
        {
            if (Handles.Find(mapper) is not { } opened) return Outcome.UnknownHandle(mapper);
            if (voxels == 0) return Outcome.Success;
            if (signals == null || t1 == null || t2 == null || offResonance == null || density == null) return Outcome.NullArgument();
            opened.Map(signals, voxels, voxelStride, pulseStride, t1, t2, offResonance, density);
            return Outcome.Success;
        }
        catch (Exception error)
        {
            return Outcome.Of(error);
        }
    }

    /// <summary>A string that lives as long as the process.</summary>
    private static byte* Constant(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text + "\0");
        byte* memory = (byte*)NativeMemory.Alloc((nuint)bytes.Length);
        bytes.CopyTo(new Span<byte>(memory, bytes.Length));
        return memory;
    }
}
