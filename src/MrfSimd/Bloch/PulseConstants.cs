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

    /// <summary>The cell's centre; exact in <typeparamref name="TReal"/>, so that a frequency times it can be reduced without error.</summary>
    public TReal Centre;
}

/// <summary>What one pulse and the repetition after it do, whatever the tissue. The frame turns with the RF phase.</summary>
/// <typeparam name="TReal">float or double.</typeparam>
[StructLayout(LayoutKind.Sequential)]
internal struct Pulse<TReal> where TReal : unmanaged
{
    /// <summary>Cosine and sine of the flip angle.</summary>
    public TReal Cos, Sin;

    /// <summary>Pulse to sample, the whole repetition, sample to the next pulse, in seconds; the flip angle in turns.</summary>
    public Stretch<TReal> Echo, Repetition, Rest, Flip;

    /// <summary>Whether the stretches before and after the sample act alike.</summary>
    public bool RestIsEcho;

    /// <summary>The change of the RF phase to the next pulse.</summary>
    public PhaseStep Step;

    /// <summary>exp(-i change of the RF phase): from this pulse's frame to the next one's.</summary>
    public TReal StepRe, StepIm;

    /// <summary>exp(i RF phase): from this pulse's frame to the raw signal.</summary>
    public TReal PhaseRe, PhaseIm;

    /// <summary>Times of echo, rest and repetition in seconds and the flip angle in radians, for the tangents.</summary>
    public TReal EchoTime, RestTime, RepetitionTime, FlipAngle;
}

/// <summary>
/// A sequence as constants per pulse, and the cells into which its durations and flip angles fall: neighbouring values share a cell,
/// whose factors are tabulated per tissue (<see cref="TabulatedFactors{T}"/>). A constant repetition time makes one cell.
/// </summary>
/// <typeparam name="TReal">float for work, double for verification.</typeparam>
internal sealed class PulseConstants<TReal> where TReal : unmanaged, IFloatingPointIeee754<TReal>
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
        EchoCells = CellsOf(around ? [.. echo, .. rest] : echo, TransverseHalfWidth);
        RestCells = around ? [] : CellsOf(rest, TransverseHalfWidth);
        RecoveryCells = CellsOf(repetition, RecoveryHalfWidth);
        FlipCells = CellsOf(flip, FlipHalfWidth);

        Pulses = new AlignedBuffer<Pulse<TReal>>(sequence.Count);
        for (int i = 0; i < sequence.Count; i++)
        {
            double phase = sequence.Phases[i], step = i + 1 < sequence.Count ? sequence.Phases[i + 1] - phase : 0;
            Pulses.Span[i] = new()
            {
                Cos = Real(Math.Cos(sequence.FlipAngles[i])),
                Sin = Real(Math.Sin(sequence.FlipAngles[i])),
                Echo = StretchOf(echo[i], EchoCells, 0),
                Rest = around ? StretchOf(rest[i], EchoCells, 0) : StretchOf(rest[i], RestCells, EchoCells.Length),
                Repetition = StretchOf(repetition[i], RecoveryCells, 0),
                Flip = StretchOf(flip[i], FlipCells, 0),
                RestIsEcho = around && Real(echo[i]) == Real(rest[i]),
                Step = KindOf(step),
                StepRe = Real(Math.Cos(step)),
                StepIm = Real(-Math.Sin(step)),
                PhaseRe = Real(Math.Cos(phase)),
                PhaseIm = Real(Math.Sin(phase)),
                EchoTime = Real(echo[i]),
                RestTime = Real(rest[i]),
                RepetitionTime = Real(repetition[i]),
                FlipAngle = Real(sequence.FlipAngles[i]),
            };
        }
    }

    /// <summary>The pulses.</summary>
    public AlignedBuffer<Pulse<TReal>> Pulses { get; }

    /// <summary>Half widths of the cells of transverse factors in seconds and of flip angles in turns.</summary>
    public double TransverseHalfWidth { get; }

    /// <inheritdoc cref="TransverseHalfWidth"/>
    public double FlipHalfWidth { get; }

    /// <summary>How fast the transverse decay runs against the clock before and after the sample.</summary>
    public double EchoDecay { get; }

    /// <inheritdoc cref="EchoDecay"/>
    public double RestDecay { get; }

    /// <summary>Centres of the cells of transverse factors; those of <see cref="RestCells"/> are numbered after them.</summary>
    public double[] EchoCells { get; }

    /// <summary>Centres of the cells used only after the sample, where the decay runs at another pace there.</summary>
    public double[] RestCells { get; }

    /// <summary>Centres of the cells of repetition times.</summary>
    public double[] RecoveryCells { get; }

    /// <summary>Centres of the cells of flip angles, in turns.</summary>
    public double[] FlipCells { get; }

    private static TReal Real(double value) => TReal.CreateChecked(value);

    private static double Rounded(double value) => double.CreateChecked(Real(value));

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
            centres.Add(Rounded(0.5 * (sorted[first] + sorted[i - 1])));
            first = i;
        }
        return [.. centres];
    }

    private static Stretch<TReal> StretchOf(double value, double[] cells, int firstCell)
    {
        int above = Array.BinarySearch(cells, value);
        int cell = above >= 0 ? above : ~above;
        if (cell == cells.Length || (cell > 0 && value - cells[cell - 1] < cells[cell] - value)) cell--;
        return new() { Cell = firstCell + cell, Centre = Real(cells[cell]), Offset = Real(value - cells[cell]) };
    }
}
