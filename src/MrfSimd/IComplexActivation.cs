namespace MrfSimd;

/// <summary>
/// An element-wise complex activation f(z) with its CR (Wirtinger) derivatives. The formula is written once, over
/// <see cref="ILanes{TSelf}"/>; the library runs it at every SIMD width, in double precision for verification, fused into matrix
/// products, and through the gradient check. A type that implements it is an empty <c>readonly struct</c>.
/// </summary>
/// <remarks>
/// <c>parameter</c> is the activation's own real parameter of the channel (the bias of modReLU); activations without one ignore it.
/// Derivatives: dz = df/dz (R-derivative), dzConj = df/dz* (conjugate R-derivative), paper section 2.2.
/// </remarks>
public interface IComplexActivation
{
    /// <summary>The name in model files and on the command line, e.g. <c>cardioid</c>.</summary>
    static abstract string Name { get; }

    /// <summary>Learnable real parameters per channel: 0 or 1.</summary>
    static virtual int ParameterCount => 0;

    /// <summary>Lane operations of <see cref="Forward{T}"/> per element, as <see cref="FlopCount"/> counts them.</summary>
    static abstract int ForwardFlops { get; }

    /// <summary>Lane operations of the backward step per element, with its derivatives.</summary>
    static abstract int BackwardFlops { get; }

    /// <summary>f(z).</summary>
    static abstract ComplexLanes<T> Forward<T>(ComplexLanes<T> z, T parameter) where T : struct, ILanes<T>;

    /// <summary>Both CR derivatives at z.</summary>
    static abstract void Derivatives<T>(ComplexLanes<T> z, T parameter, out ComplexLanes<T> dz, out ComplexLanes<T> dzConj)
        where T : struct, ILanes<T>;

    /// <summary>The cogradient step dL/dz* = conj(df/dz) g + (df/dz*) conj(g) with g = dL/df*, simplified as far as the formula allows.</summary>
    static abstract ComplexLanes<T> Backward<T>(ComplexLanes<T> z, T parameter, ComplexLanes<T> g) where T : struct, ILanes<T>;

    /// <summary>
    /// The same with dL/dparameter = 2 Re(conj(g) df/dparameter), the ordinary gradient of a real parameter. Only an activation with a
    /// parameter has it.
    /// </summary>
    static virtual ComplexLanes<T> Backward<T>(ComplexLanes<T> z, T parameter, ComplexLanes<T> g, out T parameterGradient) where T : struct, ILanes<T> =>
        throw new NotSupportedException("An activation whose ParameterCount is 1 must implement this overload.");
}
