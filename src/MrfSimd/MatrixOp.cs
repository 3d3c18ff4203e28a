namespace MrfSimd;

/// <summary>What a matrix product does to an operand before it multiplies; op(A) has the product's shape, A the stored one.</summary>
public enum MatrixOp
{
    /// <summary>A as stored.</summary>
    None,

    /// <summary>A^T.</summary>
    Transpose,

    /// <summary>The complex conjugate of A; A itself for real matrices.</summary>
    Conjugate,

    /// <summary>A^H, conjugate and transpose.</summary>
    ConjugateTranspose,
}
