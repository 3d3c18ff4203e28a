using System.Numerics;
using System.Runtime.InteropServices;

namespace MrfSimd;

/// <summary>How the RF phase changes from one pulse to the next.</summary>
internal enum PhaseStep
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>By half a turn: the usual alternation of balanced sequences.</summary>
    Half,

    /// <summary>By any other angle.</summary>
    Any,
}

/// <summary>A stretch of time (or a flip angle, in turns) as a cell of its table and what is missing from the cell's centre.</summary>
/// <typeparam name="TReal">float or double.</typeparam>
internal struct Stretch<TReal> where TReal : unmanaged
{
    /// <summary>The cell's number.</summary>
    public int Cell;

    /// <summary>The stretch less the cell's centre.</summary>
    public TReal Offset;
}

/// <summary>
/// What every pulse and the repetition after it need, whatever the tissue: 32 bytes in single precision, because the list is read for each
/// vector of tissues and shares the first-level cache with their tables. The frame turns with the RF phase.
/// </summary>
/// <typeparam name="TReal">float or double.</typeparam>
[StructLayout(LayoutKind.Sequential)]
internal struct Pulse<TReal> where TReal : unmanaged
{
    /// <summary>Cosine and sine of the flip angle.</summary>
    public TReal Cos, Sin;

    /// <summary>Pulse to sample.</summary>
    public Stretch<TReal> Echo;

    /// <summary>The whole repetition.</summary>
    public Stretch<TReal> Repetition;

    /// <summary>The change of the RF phase to the next pulse.</summary>
    public PhaseStep Step;

    /// <summary>Whether the stretches before and after the sample act alike.</summary>
    public bool RestIsEcho;
}

/// <summary>What a pulse needs in the less common cases, and for the tangents.</summary>
/// <typeparam name="TReal">float or double.</typeparam>
internal struct PulseDetails<TReal> where TReal : unmanaged
{
    /// <summary>Sample to the next pulse, and the flip angle in turns.</summary>
    public Stretch<TReal> Rest, Flip;

    /// <summary>Centres of the cells; exact in <typeparamref name="TReal"/>, so that a frequency times one can be reduced without error.</summary>
    public TReal EchoCentre, RestCentre, RepetitionCentre, FlipCentre;

    /// <summary>exp(-i change of the RF phase): from this pulse's frame to the next one's.</summary>
    public TReal StepRe, StepIm;

    /// <summary>exp(i RF phase): from this pulse's frame to the raw signal.</summary>
    public TReal PhaseRe, PhaseIm;

    /// <summary>Seconds of transverse decay before the sample and over the repetition, and of recovery over the repetition.</summary>
    public TReal EchoDecay, WholeDecay, Recovery;

    /// <summary>Radians of precession per hertz before the sample and over the repetition, and of rotation per unit of B1.</summary>
    public TReal EchoTurn, WholeTurn, FlipAngle;

    /// <summary>Seconds of the repetition before (1 before the first), and their ratio to those of this one.</summary>
    public TReal Before, BeforeRatio;
}

/// <summary>
/// A sequence as constants per pulse, and the cells into which its durations and flip angles fall: neighbouring values share a cell,
/// whose factors are tabulated per tissue (<see cref="TabulatedFactors{T, TSpins, TReal}"/>). A constant repetition time makes one cell.
/// </summary>
/// <typeparam name="TReal">float for work, double for verification.</typeparam>
internal sealed class PulseConstants<TReal> : IDisposable where TReal : unmanaged, IFloatingPointIeee754<TReal>
{
    /// <summary>Half the width of a cell of the recovery over a TR: the quadratic in it is good to 5e-7 for T1 of 5 ms and more.</summary>
    public const double RecoveryHalfWidth = 2.5e-4;

    /// <summary>
    /// Largest angle, in radians, from a cell's centre: the quartic in it is good to angle^5 / 1920 = 7e-8.
    /// </summary>
    public const double LargestAngle = 0.17;

    /// <summary>B1 scales up to this are taken.</summary>
    public const double LargestB1 = 2;

    private const double Turn = 2 * Math.PI;

    /// <summary>Prepares the constants.</summary>
    /// <param name="sequence">The sequence.</param>
    /// <param name="largestOffResonance">Largest off-resonance in hertz: the higher, the more cells.</param>
    public PulseConstants(PulseSequence sequence, double largestOffResonance)
    {
        TransverseHalfWidth = LargestAngle / (Turn * largestOffResonance);
        FlipHalfWidth = LargestAngle / (Turn * LargestB1);
        // With all relaxation before the sample, at TR/2, the decay runs twice as fast as the clock there and stands still afterwards.
        bool around = sequence.RelaxationOrder == RelaxationOrder.AroundSample;
        EchoDecay = around ? 1 : 2;
        RestDecay = around ? 1 : 0;

        double[] echo = sequence.EchoTimes.ToArray(), repetition = sequence.RepetitionTimes.ToArray();
        double[] rest = new double[sequence.Count], flip = new double[sequence.Count];
        for (int i = 0; i < sequence.Count; i++) (rest[i], flip[i]) = (repetition[i] - echo[i], sequence.FlipAngles[i] / Turn);
        double[] echoCells = CellsOf(around ? [.. echo, .. rest] : echo, TransverseHalfWidth);
        double[] restCells = around ? [] : CellsOf(rest, TransverseHalfWidth);
        double[] recoveryCells = CellsOf(repetition, RecoveryHalfWidth), flipCells = CellsOf(flip, FlipHalfWidth);
        (EchoCells, RestCells) = (Array.ConvertAll(echoCells, Real), Array.ConvertAll(restCells, Real));
        (RecoveryCells, FlipCells) = (Array.ConvertAll(recoveryCells, Real), Array.ConvertAll(flipCells, Real));

        Pulses = new AlignedBuffer<Pulse<TReal>>(sequence.Count);
        Details = new AlignedBuffer<PulseDetails<TReal>>(sequence.Count);
        IsAlternating = true;
        for (int i = 0; i < sequence.Count; i++)
        {
            double phase = sequence.Phases[i], step = i + 1 < sequence.Count ? sequence.Phases[i + 1] - phase : 0;
            ref Pulse<TReal> pulse = ref Pulses.Span[i];
            ref PulseDetails<TReal> details = ref Details.Span[i];
            pulse.Cos = Real(Math.Cos(sequence.FlipAngles[i]));
            pulse.Sin = Real(Math.Sin(sequence.FlipAngles[i]));
            pulse.Echo = StretchOf(echo[i], echoCells, 0, out details.EchoCentre);
            pulse.Repetition = StretchOf(repetition[i], recoveryCells, 0, out details.RepetitionCentre);
            pulse.Step = KindOf(step);
            pulse.RestIsEcho = around && Real(echo[i]) == Real(rest[i]);
            // No pulse follows the last one.
            IsAlternating &= pulse.RestIsEcho && (pulse.Step == PhaseStep.Half || i == sequence.Count - 1);
            details.Rest = around
                ? StretchOf(rest[i], echoCells, 0, out details.RestCentre)
                : StretchOf(rest[i], restCells, echoCells.Length, out details.RestCentre);
            details.Flip = StretchOf(flip[i], flipCells, 0, out details.FlipCentre);
            (details.StepRe, details.StepIm) = (Real(Math.Cos(step)), Real(-Math.Sin(step)));
            (details.PhaseRe, details.PhaseIm) = (Real(Math.Cos(phase)), Real(Math.Sin(phase)));
            (details.EchoDecay, details.WholeDecay) = (Real(EchoDecay * echo[i]), Real(EchoDecay * echo[i] + RestDecay * rest[i]));
            (details.EchoTurn, details.WholeTurn) = (Real(Turn * echo[i]), Real(Turn * repetition[i]));
            (details.Recovery, details.FlipAngle) = (Real(repetition[i]), Real(sequence.FlipAngles[i]));
            double before = i > 0 ? repetition[i - 1] : 1;
            (details.Before, details.BeforeRatio) = (Real(before), Real(before / repetition[i]));
        }
    }

    /// <summary>The pulses.</summary>
    public AlignedBuffer<Pulse<TReal>> Pulses { get; }

    /// <summary>Their less common part.</summary>
    public AlignedBuffer<PulseDetails<TReal>> Details { get; }

    /// <summary>Whether it is the usual balanced sequence: echoes at TR/2, and pulses of alternating sign.</summary>
    public bool IsAlternating { get; }

    /// <summary>Half widths of the cells of transverse factors in seconds and of flip angles in turns.</summary>
    public double TransverseHalfWidth { get; }

    /// <inheritdoc cref="TransverseHalfWidth"/>
    public double FlipHalfWidth { get; }

    /// <summary>How fast the transverse decay runs against the clock before and after the sample.</summary>
    public double EchoDecay { get; }

    /// <inheritdoc cref="EchoDecay"/>
    public double RestDecay { get; }

    /// <summary>Centres of the cells of transverse factors; those of <see cref="RestCells"/> are numbered after them.</summary>
    public TReal[] EchoCells { get; }

    /// <summary>Centres of the cells used only after the sample, where the decay runs at another pace there.</summary>
    public TReal[] RestCells { get; }

    /// <summary>Centres of the cells of repetition times.</summary>
    public TReal[] RecoveryCells { get; }

    /// <summary>Centres of the cells of flip angles, in turns.</summary>
    public TReal[] FlipCells { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        Pulses.Dispose();
        Details.Dispose();
    }

    private static TReal Real(double value) => TReal.CreateChecked(value);

    private static PhaseStep KindOf(double step)
    {
        const double Tolerance = 1e-9;
        double turns = step / Turn, fraction = Math.Abs(turns - Math.Round(turns));
        return fraction < Tolerance ? PhaseStep.None : fraction > 0.5 - Tolerance ? PhaseStep.Half : PhaseStep.Any;
    }

    /// <summary>Covers the values, from the smallest up, with intervals of at most twice the half width.</summary>
    private static double[] CellsOf(double[] values, double halfWidth)
    {
        List<double> centres = [];
        double[] sorted = [.. values];
        Array.Sort(sorted);
        for (int first = 0, i = 1; i <= sorted.Length; i++)
        {
            if (i < sorted.Length && sorted[i] - sorted[first] <= 2 * halfWidth) continue;
            centres.Add(double.CreateChecked(Real(0.5 * (sorted[first] + sorted[i - 1]))));
            first = i;
        }
        return [.. centres];
    }

    private static Stretch<TReal> StretchOf(double value, double[] cells, int firstCell, out TReal centre)
    {
        int above = Array.BinarySearch(cells, value);
        int cell = above >= 0 ? above : ~above;
        if (cell == cells.Length || (cell > 0 && value - cells[cell - 1] < cells[cell] - value)) cell--;
        centre = Real(cells[cell]);
        return new() { Cell = firstCell + cell, Offset = Real(value - cells[cell]) };
    }
}
