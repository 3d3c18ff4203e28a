using System.Runtime.InteropServices;

namespace MrfSimd;

/// <summary>
/// Any activation over arrays: value, CR derivatives and the backward step. Arrays are rows x channels complex numbers, row-major,
/// stored interleaved (re, im, re, im, ...), either as <see cref="ComplexF"/> or as reals of type float or double (double is for verification).
/// </summary>
/// <remarks>
/// <para><c>parameters</c> holds the activation's own real parameters, one per channel if <see cref="IComplexActivation.ParameterCount"/> is 1,
/// else it is empty. Outputs may be the very inputs (in place) but must not overlap them in part. Zero rows are valid.</para>
/// <para>Float results have the same bits at every SIMD level and for every team. Nothing is allocated.</para>
/// <para>All throw <see cref="ArgumentException"/> if lengths do not fit or spans overlap otherwise.</para>
/// </remarks>
public static partial class ComplexActivation
{
    /// <summary>f = f(z).</summary>
    /// <typeparam name="TActivation">The activation.</typeparam>
    /// <typeparam name="TReal">float or double.</typeparam>
    /// <param name="z">rows x channels x 2.</param>
    /// <param name="channels">Channels per row, 1 or more.</param>
    /// <param name="parameters">channels x ParameterCount.</param>
    /// <param name="f">rows x channels x 2; may be z.</param>
    /// <param name="team">Threads to share the work; null for the caller alone.</param>
    public static void Forward<TActivation, TReal>(
        ReadOnlySpan<TReal> z, int channels, ReadOnlySpan<TReal> parameters, Span<TReal> f, WorkerTeam? team = null)
        where TActivation : struct, IComplexActivation
        where TReal : unmanaged
    {
        int rows = CheckedRows<TActivation, TReal>(z, channels, parameters);
        CheckPlane<TReal>(z, f, nameof(f));
        RowLoop<TActivation, TReal, ForwardKernel<TActivation, TReal>> loop = new(new(z, parameters, f), rows, channels);
        loop.Run(team, byChannel: false);
    }

    /// <summary>Both CR derivatives: dz = df/dz and dzConj = df/dz*.</summary>
    /// <inheritdoc cref="Forward{TActivation, TReal}"/>
    /// <param name="z">rows x channels x 2.</param>
    /// <param name="channels">Channels per row, 1 or more.</param>
    /// <param name="parameters">channels x ParameterCount.</param>
    /// <param name="dz">rows x channels x 2; may be z.</param>
    /// <param name="dzConj">rows x channels x 2; may be z; apart from dz.</param>
    /// <param name="team">Threads to share the work; null for the caller alone.</param>
    public static void Derivatives<TActivation, TReal>(
        ReadOnlySpan<TReal> z, int channels, ReadOnlySpan<TReal> parameters, Span<TReal> dz, Span<TReal> dzConj, WorkerTeam? team = null)
        where TActivation : struct, IComplexActivation
        where TReal : unmanaged
    {
        int rows = CheckedRows<TActivation, TReal>(z, channels, parameters);
        CheckPlane<TReal>(z, dz, nameof(dz));
        CheckPlane<TReal>(z, dzConj, nameof(dzConj));
        Check.Apart<TReal>(dz, dzConj, nameof(dz), nameof(dzConj));
        RowLoop<TActivation, TReal, DerivativesKernel<TActivation, TReal>> loop = new(new(z, parameters, dz, dzConj), rows, channels);
        loop.Run(team, byChannel: false);
    }

    /// <summary>
    /// The backward step: dz = conj(df/dz) g + (df/dz*) conj(g), and for each channel the sum over the rows of 2 Re(conj(g) df/dparameter).
    /// </summary>
    /// <inheritdoc cref="Forward{TActivation, TReal}"/>
    /// <param name="z">The input of the forward step, rows x channels x 2.</param>
    /// <param name="channels">Channels per row, 1 or more.</param>
    /// <param name="parameters">channels x ParameterCount.</param>
    /// <param name="g">The cogradient dL/df*, rows x channels x 2.</param>
    /// <param name="dz">The cogradient dL/dz*, rows x channels x 2; may be g or z.</param>
    /// <param name="parameterGradients">The ordinary gradient dL/dparameter, overwritten: channels x ParameterCount; apart from the others.</param>
    /// <param name="team">Threads to share the work; null for the caller alone.</param>
    public static void Backward<TActivation, TReal>(
        ReadOnlySpan<TReal> z, int channels, ReadOnlySpan<TReal> parameters, ReadOnlySpan<TReal> g, Span<TReal> dz,
        Span<TReal> parameterGradients, WorkerTeam? team = null)
        where TActivation : struct, IComplexActivation
        where TReal : unmanaged
    {
        int rows = CheckedRows<TActivation, TReal>(z, channels, parameters);
        CheckPlane(z, g, nameof(g), mayOverlap: true);
        CheckPlane<TReal>(z, dz, nameof(dz));
        Check.SameOrApart(g, dz, nameof(g), nameof(dz));
        Check.Length(parameterGradients.Length, parameters.Length, nameof(parameterGradients), "as parameters");
        Check.Apart(z, parameterGradients, nameof(z), nameof(parameterGradients));
        Check.Apart(g, parameterGradients, nameof(g), nameof(parameterGradients));
        Check.Apart<TReal>(dz, parameterGradients, nameof(dz), nameof(parameterGradients));
        Check.Apart(parameters, parameterGradients, nameof(parameters), nameof(parameterGradients));
        parameterGradients.Clear();
        RowLoop<TActivation, TReal, BackwardKernel<TActivation, TReal>> loop = new(new(z, parameters, g, dz, parameterGradients), rows, channels);
        loop.Run(team, byChannel: true);
    }

    /// <inheritdoc cref="Forward{TActivation, TReal}"/>
    /// <param name="z">rows x channels.</param>
    /// <param name="channels">Channels per row, 1 or more.</param>
    /// <param name="parameters">channels x ParameterCount.</param>
    /// <param name="f">rows x channels; may be z.</param>
    /// <param name="team">Threads to share the work; null for the caller alone.</param>
    public static void Forward<TActivation>(
        ReadOnlySpan<ComplexF> z, int channels, ReadOnlySpan<float> parameters, Span<ComplexF> f, WorkerTeam? team = null)
        where TActivation : struct, IComplexActivation =>
        Forward<TActivation, float>(Reals(z), channels, parameters, Reals(f), team);

    /// <inheritdoc cref="Derivatives{TActivation, TReal}"/>
    /// <param name="z">rows x channels.</param>
    /// <param name="channels">Channels per row, 1 or more.</param>
    /// <param name="parameters">channels x ParameterCount.</param>
    /// <param name="dz">rows x channels; may be z.</param>
    /// <param name="dzConj">rows x channels; may be z; apart from dz.</param>
    /// <param name="team">Threads to share the work; null for the caller alone.</param>
    public static void Derivatives<TActivation>(
        ReadOnlySpan<ComplexF> z, int channels, ReadOnlySpan<float> parameters, Span<ComplexF> dz, Span<ComplexF> dzConj, WorkerTeam? team = null)
        where TActivation : struct, IComplexActivation =>
        Derivatives<TActivation, float>(Reals(z), channels, parameters, Reals(dz), Reals(dzConj), team);

    /// <inheritdoc cref="Backward{TActivation, TReal}"/>
    /// <param name="z">The input of the forward step, rows x channels.</param>
    /// <param name="channels">Channels per row, 1 or more.</param>
    /// <param name="parameters">channels x ParameterCount.</param>
    /// <param name="g">The cogradient dL/df*, rows x channels.</param>
    /// <param name="dz">The cogradient dL/dz*, rows x channels; may be g or z.</param>
    /// <param name="parameterGradients">The ordinary gradient dL/dparameter, overwritten: channels x ParameterCount; apart from the others.</param>
    /// <param name="team">Threads to share the work; null for the caller alone.</param>
    public static void Backward<TActivation>(
        ReadOnlySpan<ComplexF> z, int channels, ReadOnlySpan<float> parameters, ReadOnlySpan<ComplexF> g, Span<ComplexF> dz,
        Span<float> parameterGradients, WorkerTeam? team = null)
        where TActivation : struct, IComplexActivation =>
        Backward<TActivation, float>(Reals(z), channels, parameters, Reals(g), Reals(dz), parameterGradients, team);

    private static ReadOnlySpan<float> Reals(ReadOnlySpan<ComplexF> z) => MemoryMarshal.Cast<ComplexF, float>(z);

    private static Span<float> Reals(Span<ComplexF> z) => MemoryMarshal.Cast<ComplexF, float>(z);

    private static int CheckedRows<TActivation, TReal>(ReadOnlySpan<TReal> z, int channels, ReadOnlySpan<TReal> parameters)
        where TActivation : struct, IComplexActivation
        where TReal : unmanaged
    {
        if (typeof(TReal) != typeof(float) && typeof(TReal) != typeof(double)) Check.Fail(nameof(TReal), typeof(TReal), "expected float or double");
        Check.Positive(channels);
        long row = 2L * channels;
        if (z.Length % row != 0) Check.Fail(nameof(z), $"length {z.Length}", $"expected a multiple of {row} (rows x {channels} channels, interleaved)");
        Check.Length(parameters.Length, (long)channels * TActivation.ParameterCount, nameof(parameters), "channels x the activation's parameter count");
        return (int)(z.Length / row);
    }

    private static void CheckPlane<TReal>(ReadOnlySpan<TReal> z, ReadOnlySpan<TReal> other, string name, bool mayOverlap = false)
    {
        Check.Length(other.Length, z.Length, name, "as z");
        if (!mayOverlap) Check.SameOrApart(z, other, nameof(z), name);
    }
}
