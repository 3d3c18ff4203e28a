using System.Runtime.InteropServices;
using System.Text;
using MrfSimd.Fingerprinting;

namespace MrfSimd.Perf;

/// <summary>A model behind the C interface of <c>libmrfsimd.so</c>, on the calling thread. <c>MRFSIMD_NATIVE</c> names the file or a folder with it.</summary>
internal sealed unsafe class NativePeer : IDisposable
{
    private static readonly nint s_library = Load();

    private readonly long _mapper;
    private readonly AlignedBuffer<ComplexF> _signals;
    private readonly AlignedBuffer<float> _outputs;
    private readonly long _voxels, _pulses;

    public NativePeer(FingerprintModel model, ReadOnlySpan<ComplexF> signals, int voxels, int pulses)
    {
        (_voxels, _pulses) = (voxels, pulses);
        _signals = new(signals.Length);
        signals.CopyTo(_signals.Span);
        _outputs = new(4L * voxels);
        string path = Path.GetTempFileName();
        try
        {
            model.Write(path);
            // One thread, and zeros up to the end of the structure.
            int* options = stackalloc int[8] { 1, 0, 0, 0, 0, 0, 0, 0 };
            long mapper;
            fixed (byte* name = Encoding.UTF8.GetBytes(path + "\0"))
                Check(((delegate* unmanaged[Cdecl]<byte*, void*, long*, int>)NativeLibrary.GetExport(s_library, "mrfsimd_open_file"))(name, options, &mapper));
            _mapper = mapper;
        }
        finally
        {
            File.Delete(path);
        }
    }

    public static bool IsInstalled => s_library != 0;

    public void Run()
    {
        fixed (ComplexF* signals = _signals.Span)
        fixed (float* outputs = _outputs.Span)
        {
            // Estimates, then what is not asked for.
            nint* maps = stackalloc nint[11] { (nint)outputs, (nint)(outputs + _voxels), (nint)(outputs + 2 * _voxels), (nint)(outputs + 3 * _voxels), 0, 0, 0, 0, 0, 0, 0 };
            var map = (delegate* unmanaged[Cdecl]<long, ComplexF*, long, long, long, byte*, float*, nint*, int>)NativeLibrary.GetExport(s_library, "mrfsimd_map");
            Check(map(_mapper, signals, _voxels, _pulses, 1, null, null, maps));
        }
    }

    public void Dispose()
    {
        Check(((delegate* unmanaged[Cdecl]<long, int>)NativeLibrary.GetExport(s_library, "mrfsimd_close"))(_mapper));
        _signals.Dispose();
        _outputs.Dispose();
    }

    private static void Check(int code)
    {
        if (code != 0)
            throw new InvalidOperationException(Marshal.PtrToStringUTF8((nint)((delegate* unmanaged[Cdecl]<byte*>)NativeLibrary.GetExport(s_library, "mrfsimd_last_error"))()));
    }

    private static nint Load()
    {
        string place = Environment.GetEnvironmentVariable("MRFSIMD_NATIVE") ?? "";
        return NativeLibrary.TryLoad(Directory.Exists(place) ? Path.Combine(place, "libmrfsimd.so") : place.Length > 0 ? place : "libmrfsimd.so", out nint library) ? library : 0;
    }
}
