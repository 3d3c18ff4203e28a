namespace MrfSimd;

/// <summary>Argument checks of the matrix products.</summary>
internal static class GemmArguments
{
    public static void CheckSizes(int m, int n, int k)
    {
        Check.NotNegative(m);
        Check.NotNegative(n);
        Check.NotNegative(k);
    }

    /// <summary>op(X) is rows x columns; parts is 2 for interleaved complex numbers, 1 for reals.</summary>
    public static void CheckOperand<TReal>(
        ReadOnlySpan<TReal> x, int ld, MatrixOp op, int rows, int columns, int parts, string name, string nameOfLd)
    {
        if (op is < MatrixOp.None or > MatrixOp.ConjugateTranspose) Check.Fail(nameof(op), op, "expected a MatrixOp");
        if (op is MatrixOp.Transpose or MatrixOp.ConjugateTranspose) (rows, columns) = (columns, rows);
        CheckStored(x.Length, ld, rows, columns, parts, name, nameOfLd);
    }

    public static void CheckResult<TReal>(ReadOnlySpan<TReal> c, int ldc, int m, int n, EpilogueOutput output)
    {
        if (output != EpilogueOutput.Nothing) CheckStored(c.Length, ldc, m, n, output == EpilogueOutput.Value ? 2 : 1, nameof(c), nameof(ldc));
    }

    public static void CheckPacked(MatrixSide side, MatrixSide expected, string name)
    {
        if (side != expected) Check.Fail(name, $"packed for the {side} side", $"expected one packed for the {expected} side");
    }

    private static void CheckStored(long length, int ld, int rows, int columns, int parts, string name, string nameOfLd)
    {
        if (ld < columns) Check.Fail(nameOfLd, ld, $"expected at least {columns}, the row length of {name}");
        if (rows == 0 || columns == 0) return;
        long needed = (long)(rows - 1) * ld + columns;
        // The text is made on failure only: a product allocates nothing.
        if (length / parts < needed) Check.AtLeast(length / parts, needed, name, $"{rows} rows of {columns} at a distance of {ld}");
    }
}
