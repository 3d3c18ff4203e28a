namespace MrfSimd.Networks;

/// <summary>What flows between two layers: rows of channels, each one real or one complex number (interleaved).</summary>
/// <param name="Channels">Numbers per row.</param>
/// <param name="IsComplex">Whether they are complex.</param>
public readonly record struct Features(int Channels, bool IsComplex)
{
    /// <summary>Reals per row.</summary>
    public int Reals => IsComplex ? 2 * Channels : Channels;

    /// <summary>Complex channels.</summary>
    public static Features Complex(int channels) => new(channels, true);

    /// <summary>Real channels.</summary>
    public static Features Real(int channels) => new(channels, false);

    /// <inheritdoc/>
    public override string ToString() => $"{Channels} {(IsComplex ? "complex" : "real")} channels";
}
