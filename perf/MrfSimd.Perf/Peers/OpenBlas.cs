using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace MrfSimd.Perf;

/// <summary>OpenBLAS on one thread, where it is installed (Debian: libopenblas0-pthread).</summary>
internal static unsafe partial class OpenBlas
{
    private const string Library = "libopenblas.so.0", CoreVariable = "OPENBLAS_CORETYPE";
    private const int RowMajor = 101, NoTranspose = 111, Transpose = 112, ConjugateTranspose = 113, Conjugate = 114;
    private static readonly string[] s_withoutAvx = ["Prescott", "Core2", "Penryn", "Dunnington", "Nehalem", "Atom", "Generic"];
    private static readonly nint s_library = Load();

    public static bool IsInstalled => s_library != 0;

    /// <summary>A peer, where it is installed.</summary>
    public static IEnumerable<Peer> Peer(Action run) => IsInstalled ? [new(PeerNames.OpenBlas, run)] : [];

    /// <summary>C = A B, complex, single precision, row-major without gaps.</summary>
    public static void ComplexMultiply(int m, int n, int k, ReadOnlySpan<ComplexF> a, ReadOnlySpan<ComplexF> b, Span<ComplexF> c) =>
        ComplexMultiply(MatrixOp.None, MatrixOp.None, m, n, k, a, b, c);

    /// <summary>C = op(A) op(B), complex, single precision, row-major without gaps; A is [m, k] and B [k, n] after their operations.</summary>
    public static void ComplexMultiply(
        MatrixOp opA, MatrixOp opB, int m, int n, int k, ReadOnlySpan<ComplexF> a, ReadOnlySpan<ComplexF> b, Span<ComplexF> c)
    {
        ComplexF one = ComplexF.One, zero = ComplexF.Zero;
        var cgemm = (delegate* unmanaged<int, int, int, int, int, int, void*, void*, int, void*, int, void*, void*, int, void>)Export("cblas_cgemm");
        int strideA = IsTransposed(opA) ? m : k, strideB = IsTransposed(opB) ? k : n;
        fixed (ComplexF* pa = a, pb = b, pc = c) cgemm(RowMajor, Code(opA), Code(opB), m, n, k, &one, pa, strideA, pb, strideB, &zero, pc, n);
    }

    /// <summary>C = A B, real, single precision, row-major without gaps.</summary>
    public static void RealMultiply(int m, int n, int k, ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> c)
    {
        var sgemm = (delegate* unmanaged<int, int, int, int, int, int, float, void*, int, void*, int, float, void*, int, void>)Export("cblas_sgemm");
        fixed (float* pa = a, pb = b, pc = c) sgemm(RowMajor, NoTranspose, NoTranspose, m, n, k, 1, pa, k, pb, n, 0, pc, n);
    }

    /// <summary>Release and the core it was chosen for, as the library tells them.</summary>
    public static string Version => $"{Marshal.PtrToStringUTF8(((delegate* unmanaged<nint>)Export("openblas_get_config"))())}";

    private static bool IsTransposed(MatrixOp op) => op is MatrixOp.Transpose or MatrixOp.ConjugateTranspose;

    private static int Code(MatrixOp op) => op switch
    {
        MatrixOp.Transpose => Transpose,
        MatrixOp.ConjugateTranspose => ConjugateTranspose,
        MatrixOp.Conjugate => Conjugate,
        _ => NoTranspose,
    };

    private static nint Export(string name) => NativeLibrary.GetExport(s_library, name);

    private static nint Load()
    {
        if (!NativeLibrary.TryLoad(Library, out nint library)) return 0;
        // In virtual machines it may take a processor for one before AVX. The kernels are chosen while it loads, from the C environment.
        if (Environment.GetEnvironmentVariable(CoreVariable) is null && IsOutdated(CoreOf(library)))
        {
            NativeLibrary.Free(library);
            _ = setenv(CoreVariable, Avx512F.IsSupported ? "SkylakeX" : "Haswell", 1);
            library = NativeLibrary.Load(Library);
        }
        ((delegate* unmanaged<int, void>)NativeLibrary.GetExport(library, "openblas_set_num_threads"))(1);
        return library;
    }

    private static bool IsOutdated(string core) => Avx2.IsSupported && s_withoutAvx.Contains(core, StringComparer.OrdinalIgnoreCase);

    private static string CoreOf(nint library) =>
        Marshal.PtrToStringUTF8(((delegate* unmanaged<nint>)NativeLibrary.GetExport(library, "openblas_get_corename"))())!;

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int setenv(string name, string value, int overwrite);
}
