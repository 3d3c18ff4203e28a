namespace MrfSimd.Networks;

/// <summary>The course of the learning rate over the steps of a training run.</summary>
public abstract record LearningRate
{
    /// <summary>The rate of step 0, 1, ...</summary>
    public abstract double At(long step);
}

/// <summary>A linear warm-up to the peak, then half a cosine down to a fraction of it at the last step.</summary>
/// <param name="Peak">The highest rate.</param>
/// <param name="Steps">Steps of the whole run.</param>
/// <param name="WarmUp">Steps of the warm-up.</param>
/// <param name="FinalFraction">The last rate over the peak.</param>
public sealed record CosineRate(double Peak, long Steps, long WarmUp = 200, double FinalFraction = 0.01) : LearningRate
{
    /// <inheritdoc/>
    public override double At(long step)
    {
        if (step < WarmUp) return Peak * (step + 1) / WarmUp;
        double progress = Math.Min(1, (double)(step - WarmUp) / Math.Max(1, Steps - WarmUp));
        return Peak * (FinalFraction + (1 - FinalFraction) * 0.5 * (1 + Math.Cos(Math.PI * progress)));
    }
}

/// <summary>A rate multiplied by a factor every so many steps.</summary>
/// <param name="Start">The first rate.</param>
/// <param name="Every">Steps between the changes.</param>
/// <param name="Factor">The factor.</param>
public sealed record StepRate(double Start, long Every, double Factor = 0.1) : LearningRate
{
    /// <inheritdoc/>
    public override double At(long step) => Start * Math.Pow(Factor, step / Every);
}
