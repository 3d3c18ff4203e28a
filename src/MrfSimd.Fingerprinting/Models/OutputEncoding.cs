using System.Text.Json.Serialization;

namespace MrfSimd.Fingerprinting;

/// <summary>A tissue or field parameter that a network can estimate.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<TissueParameter>))]
public enum TissueParameter
{
    /// <summary>Longitudinal relaxation time, seconds.</summary>
    T1,

    /// <summary>Transverse relaxation time, seconds.</summary>
    T2,

    /// <summary>Off-resonance, hertz.</summary>
    B0,

    /// <summary>Transmit field relative to nominal.</summary>
    B1,
}

/// <summary>How a parameter is written as a network's target.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<EncodingKind>))]
public enum EncodingKind
{
    /// <summary>(v - Offset) / Scale.</summary>
    Linear,

    /// <summary>(ln v - Offset) / Scale: equal relative errors weigh the same.</summary>
    Log,

    /// <summary>
    /// The complex number exp(i 2 pi v / Scale), Scale being the period. It resolves the parameter finely but only modulo the period;
    /// a coarser output of the same parameter, decoded before it, picks the turn. A network that is unsure of the phase gives the mean of what
    /// it may be, which is shorter than 1: exp(-s^2/2) for a normal error of s radians. One shorter than 0.5 (s = 1.2) leaves the coarser value.
    /// </summary>
    Phase,
}

/// <summary>One output of a network: which parameter it stands for, and how.</summary>
/// <remarks>Relaxation times are in milliseconds here, as in the literature's label scalings; B0 is in hertz, B1 relative to nominal.</remarks>
/// <param name="Parameter">The parameter.</param>
/// <param name="Kind">The encoding.</param>
/// <param name="Offset">Offset of the linear and log encodings.</param>
/// <param name="Scale">Scale of the linear and log encodings; period of the phase encoding.</param>
public sealed record OutputEncoding(TissueParameter Parameter, EncodingKind Kind, double Offset, double Scale)
{
    private const double MillisecondsPerSecond = 1000;

    // Thresholds from 0.5 to 0.95 serve alike; with none, wrong turns of the finest phase make the errors of short T2 half as large again.
    internal const float LeastModulus = 0.5f;

    private double Unit => Parameter is TissueParameter.T1 or TissueParameter.T2 ? MillisecondsPerSecond : 1;

    /// <summary>Reals of output: 2 for a phase, else 1.</summary>
    [JsonIgnore]
    public int Reals => Kind == EncodingKind.Phase ? 2 : 1;

    /// <summary>ln T1 over the range of tissues, about -1.5 to 2.</summary>
    public static OutputEncoding LogT1 { get; } = new(TissueParameter.T1, EncodingKind.Log, 6.9, 0.8);

    /// <summary>ln T2 over the range of tissues, about -1.5 to 3.</summary>
    public static OutputEncoding LogT2 { get; } = new(TissueParameter.T2, EncodingKind.Log, 4.6, 1.0);

    /// <summary>B1 over +-20 %, about -1.7 to 1.7.</summary>
    public static OutputEncoding LinearB1 { get; } = new(TissueParameter.B1, EncodingKind.Linear, 1, 0.12);

    /// <summary>Off-resonance coarse to fine: linear, then phases of period 400, 100, 20, 5, 1.25 and 0.3125 Hz.</summary>
    public static IReadOnlyList<OutputEncoding> CoarseToFineB0 { get; } =
    [
        new(TissueParameter.B0, EncodingKind.Linear, 0, 100),
        .. new[] { 400.0, 100.0, 20.0, 5.0, 1.25, 0.3125 }.Select(period => new OutputEncoding(TissueParameter.B0, EncodingKind.Phase, 0, period)),
    ];

    /// <summary>Writes the target for a parameter value, or the mean of the targets for a normal distribution of it.</summary>
    /// <param name="value">Seconds, hertz or relative to nominal.</param>
    /// <param name="target"><see cref="Reals"/> reals, written.</param>
    /// <param name="deviation">Standard deviation of the value, in its unit; it shortens a phase and changes nothing else.</param>
    public void Encode(double value, Span<float> target, double deviation = 0)
    {
        double v = value * Unit;
        if (Kind == EncodingKind.Phase)
        {
            double s = Math.Tau * (deviation * Unit / Scale), modulus = Math.Exp(-0.5 * s * s);
            (double sin, double cos) = Math.SinCos(Math.Tau * (v / Scale));
            target[0] = (float)(modulus * cos);
            target[1] = (float)(modulus * sin);
        }
        else
        {
            target[0] = (float)(((Kind == EncodingKind.Log ? Math.Log(v) : v) - Offset) / Scale);
        }
    }

    /// <summary>Reads a parameter value off a network's output.</summary>
    /// <param name="output"><see cref="Reals"/> reals.</param>
    /// <param name="coarse">The value decoded so far, in the parameter's unit; used by a phase to pick the turn.</param>
    /// <returns>Seconds, hertz or relative to nominal.</returns>
    public double Decode(ReadOnlySpan<float> output, double coarse)
    {
        if (Kind == EncodingKind.Phase)
        {
            if (output[0] * output[0] + output[1] * output[1] < LeastModulus * LeastModulus) return coarse;
            // The value congruent to the phase that lies nearest to the coarse one.
            double turns = Math.Atan2(output[1], output[0]) / Math.Tau - coarse / Scale;
            return coarse + Scale * (turns - Math.Round(turns));
        }
        double v = Offset + Scale * output[0];
        if (Kind == EncodingKind.Log) v = Math.Exp(v);
        return v / Unit;
    }
}
