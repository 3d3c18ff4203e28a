namespace MrfSimd.Perf;

/// <summary>Activations and their gradients as C# has them without this library; which, the type says.</summary>
internal static class ActivationPeers
{
    /// <summary>f(z), number by number and array by array.</summary>
    public static IEnumerable<Peer> Forward<TActivation>(ComplexF[] z, ComplexF[] result) where TActivation : struct, IComplexActivation
    {
        yield return new(PeerNames.NaiveCSharp, () =>
        {
            for (int i = 0; i < z.Length; i++) result[i] = Naive<TActivation>(z[i]);
        });
        Lazy<PlanarActivation<TActivation>> planar = new(() => new(z, z));
        yield return new(PeerNames.Tensors, () => planar.Value.Forward());
    }

    /// <summary>conj(df/dz) g + (df/dz*) conj(g), from the derivatives as the books give them.</summary>
    public static IEnumerable<Peer> Backward<TActivation>(ComplexF[] z, ComplexF[] g, ComplexF[] result)
        where TActivation : struct, IComplexActivation
    {
        yield return new(PeerNames.NaiveCSharp, () =>
        {
            for (int i = 0; i < z.Length; i++)
            {
                (ComplexF dz, ComplexF dzConj) = NaiveDerivatives<TActivation>(z[i]);
                result[i] = dz.Conjugate * g[i] + dzConj * g[i].Conjugate;
            }
        });
        Lazy<PlanarActivation<TActivation>> planar = new(() => new(z, g));
        yield return new(PeerNames.Tensors, () => planar.Value.Backward());
    }

    private static ComplexF Naive<TActivation>(ComplexF z) where TActivation : struct, IComplexActivation =>
        typeof(TActivation) == typeof(Cardioid) ? 0.5f * (1 + MathF.Cos(z.Phase)) * z
        : typeof(TActivation) == typeof(Siglog) ? 1 / (1 + z.Magnitude) * z
        : new ComplexF(MathF.Tanh(z.Re), MathF.Tanh(z.Im));

    private static (ComplexF Dz, ComplexF DzConj) NaiveDerivatives<TActivation>(ComplexF z) where TActivation : struct, IComplexActivation
    {
        if (typeof(TActivation) == typeof(Cardioid))
        {
            float angle = z.Phase;
            ComplexF square = ComplexF.FromPolar(1, 2 * angle);
            return (new(0.5f + 0.5f * MathF.Cos(angle), 0.25f * MathF.Sin(angle)), new ComplexF(0, -0.25f * MathF.Sin(angle)) * square);
        }
        if (typeof(TActivation) == typeof(Siglog))
        {
            float r = z.Magnitude, scale = 1 / (2 * (1 + r) * (1 + r));
            return ((2 + r) * scale, -scale / r * (z * z));
        }
        float x = MathF.Tanh(z.Re), y = MathF.Tanh(z.Im);
        return (1 - 0.5f * (x * x + y * y), 0.5f * (y * y - x * x));
    }
}
