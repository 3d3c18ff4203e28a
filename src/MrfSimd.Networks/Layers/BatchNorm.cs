using System.Numerics;

namespace MrfSimd.Networks;

/// <summary>
/// What the kinds of batch norm share: each channel is centred and scaled by statistics of the batch while training, whose running means
/// serve afterwards; then a learnable scale gamma and shift beta. Their formulas are in the derived classes.
/// </summary>
/// <remarks>
/// Statistics are biased (divided by the number of rows) and have <see cref="Epsilon"/> added to the variance, so that one row or a constant
/// channel gives beta and not a division by zero.
/// </remarks>
/// <typeparam name="TReal">float or double.</typeparam>
public abstract class BatchNorm<TReal> : Layer<TReal> where TReal : unmanaged, IFloatingPointIeee754<TReal>
{
    /// <summary>Added to variances.</summary>
    public const double Epsilon = 1e-5;

    /// <summary>Share of the batch in an update of the running statistics.</summary>
    public const double Momentum = 0.1;

    /// <summary>Makes the layer.</summary>
    protected BatchNorm(Features features) : base(features, features) => Check.Positive(features.Channels);

    /// <inheritdoc/>
    public override void Initialise(Span<TReal> parameters, Span<TReal> statistics, Initialiser initialiser, CounterRandom random)
    {
        parameters.Clear();
        statistics.Clear();
        SetToIdentity(parameters, statistics);
    }

    /// <summary>Sets gamma and the running variances, the rest being 0, so that the layer passes standardised input on.</summary>
    private protected abstract void SetToIdentity(Span<TReal> parameters, Span<TReal> statistics);
}
