namespace MrfSimd;

/// <summary>The instruction set that the kernels run on.</summary>
public enum SimdLevel
{
    /// <summary>One float at a time; any machine.</summary>
    Scalar,

    /// <summary>Eight floats, AVX2 with FMA.</summary>
    Avx2,

    /// <summary>Sixteen floats, AVX-512 F, BW, CD, DQ and VL.</summary>
    Avx512,
}
