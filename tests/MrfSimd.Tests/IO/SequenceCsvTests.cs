using System.Globalization;
using System.Text;
using FsCheck.Xunit;
using MrfSimd.IO;

namespace MrfSimd.Tests.IO;

public class SequenceCsvTests
{
    /// <summary>To degrees and back: the factor, the product, the quotient and the ratio that is checked each round once.</summary>
    private static readonly double FourRoundings = 4 * Math.Pow(2, -53);

    [Fact]
    public void Read_PlainList_IsInRadiansAndSeconds()
    {
        PulseSequence sequence = Read("flip_angle_deg,rf_phase_deg,tr_ms,te_ms\n30,0,17.5,5\n45,180,20,5\n");
        Assert.Equal([30 / 180.0 * Math.PI, Math.PI / 4], sequence.FlipAngles.ToArray());
        Assert.Equal([0, Math.PI], sequence.Phases.ToArray());
        Assert.Equal([0.0175, 0.02], sequence.RepetitionTimes.ToArray());
        Assert.Equal([0.005, 0.005], sequence.EchoTimes.ToArray());
        Assert.Equal((SequenceKind.IsochromatBssfp, 1, true), (sequence.Kind, sequence.InversionEfficiency, sequence.Demodulated));
    }

    [Theory]
    [InlineData("te_ms,tr_ms,phase_deg,flip_angle_deg\n5,10,180,30")]
    [InlineData("\uFEFFTE [ms]; TR [ms]; Phase [deg]; Flip angle [deg]\r\n5;10;180;30\r\n\r\n")]
    [InlineData("echo_time_s\trepetition_time_us\trf_phase_deg\tFA (deg)\n0.005\t1e4\t180\t30\n# end")]
    [InlineData("# a comment: with a colon\n\n\"te_ms\",tr_ms, phase_deg , flip_deg\n 5 , +10 ,180,3.0e1")]
    public void Read_OtherNamesUnitsOrdersAndSeparators_IsTheSameSequence(string text) =>
        Assert.Equal(Read("flip_angle_deg,phase_deg,tr_ms,te_ms\n30,180,10,5"), Read(text));

    [Fact]
    public void Read_Options_AreKept()
    {
        PulseSequence sequence = Read(
            "# name: my list\n# kind: fisp\n# inversion_efficiency: 0.95\n# inversion_time_ms: 20\n# relaxation: before_sample\n# demodulated: false\nfa_deg,phase_deg,tr_ms,te_ms\n1,2,10,5");
        Assert.Equal(("my list", SequenceKind.EpgFisp, 0.95, 0.02), (sequence.Name, sequence.Kind, sequence.InversionEfficiency, sequence.InversionTime));
        Assert.Equal((RelaxationOrder.BeforeSample, false), (sequence.RelaxationOrder, sequence.Demodulated));
        Assert.Equal(SequenceKind.EpgFisp, Read("fa_deg,phase_deg,tr_ms,te_ms\n1,2,10,5", SequenceKind.EpgFisp).Kind);
    }

    [Property]
    public void WriteThenRead_AnySequence_IsEqual(ushort[] numbers, bool demodulated, byte efficiency)
    {
        int count = numbers.Length + 1;
        double[] Column(double scale) => [.. numbers.Append((ushort)7).Select(number => (number + 1) * scale)];
        var sequence = new PulseSequence("any\nname", (SequenceKind)(count % 2), Column(1e-4), Column(-3e-4), Column(2e-6), Column(1e-6))
        {
            Demodulated = demodulated,
            InversionEfficiency = efficiency / 255.0,
            InversionTime = 1.25e-3 * efficiency,
            RelaxationOrder = (RelaxationOrder)(efficiency % 2),
        };
        PulseSequence read = Read(Written(sequence));
        Assert.Equal(sequence, read);
        Assert.Equal("any name", read.Name);
        for (int i = 0; i < count; i++) Assert.InRange(read.FlipAngles[i] / sequence.FlipAngles[i] - 1, -FourRoundings, FourRoundings);
    }

    [Fact]
    public void WritePathThenRead_NamesTheSequenceInTheFile()
    {
        using var folder = new TemporaryFolder();
        var sequence = new PulseSequence("sinusoid", SequenceKind.EpgFisp, [0.1], [0], [0.01], [0.005]);
        SequenceCsv.Write(folder["list.csv"], sequence);
        Assert.Equal("sinusoid", SequenceCsv.Read(folder["list.csv"]).Name);
        File.WriteAllText(folder["list.csv"], "fa_deg,phase_deg,tr_ms,te_ms\n1,2,10,5");
        Assert.Equal("list", SequenceCsv.Read(folder["list.csv"]).Name);
    }

    [Theory]
    [InlineData("flip_angle,phase_deg,tr_ms,te_ms\n1,2,3,1", "header line 1", "'flip_angle'")]
    [InlineData("flip_angle_deg,phase_deg,tr_ms\n1,2,3", "header line 1", "without a column te_ms: expected te or echo_time with a unit: te_ms or te_s or te_us")]
    [InlineData("# x\n\nfa_deg,flip_deg,phase_deg,tr_ms,te_ms\n1,1,2,3,1", "header line 3", "twice")]
    [InlineData("fa_deg,phase_deg,tr_ms,te_ms,b1\n1,2,3,1,1", "header line 1", "'b1'")]
    [InlineData("fa_deg,phase_deg,tr_ms,te_ms\n1,2,3,1\n1,2,3", "line 3", "3 columns: expected 4")]
    [InlineData("fa_deg,phase_deg,tr_ms,te_ms\n1,2,x,1", "line 2, tr", "'x'")]
    [InlineData("fa_deg,phase_deg,tr_ms,te_ms\nnan,2,3,1", "line 2, flip_angle", "finite")]
    [InlineData("fa_deg;phase_deg;tr_ms;te_ms\n1,5;2;3;1", "line 2, flip_angle", "'1,5'")]
    [InlineData("fa_deg,phase_deg,tr_ms,te_ms\n1,2,1e999,1", "line 2, tr", "finite")]
    [InlineData("fa_deg,phase_deg,tr_ms,te_ms\n1,2,0,0", "line 2, tr", "more than 0")]
    [InlineData("fa_deg,phase_deg,tr_ms,te_ms\n1,2,10,11", "line 2, te", "from 0 to the repetition time")]
    [InlineData("fa_deg,phase_deg,tr_ms,te_ms\n", "content", "without pulses")]
    [InlineData("", "content", "without pulses")]
    [InlineData("# kind: gre\nfa_deg,phase_deg,tr_ms,te_ms\n1,2,10,5", "kind", "bssfp or fisp")]
    [InlineData("# inversion_time_ms: soon\nfa_deg,phase_deg,tr_ms,te_ms\n1,2,10,5", "inversion_time_ms", "a number")]
    [InlineData("# inversion_efficiency: 2\nfa_deg,phase_deg,tr_ms,te_ms\n1,2,10,5", "sequence", "from 0 to 1")]
    [InlineData("# relaxation: before_sample\nfa_deg,phase_deg,tr_ms,te_ms\n1,2,10,4", "sequence", "half the repetition time")]
    public void Read_WrongContent_NamesLineAndColumn(string text, string field, string said) =>
        Fuzz.Refuse(Encoding.UTF8.GetBytes(text), ReadAll, $"{Fuzz.FileName}: {field}", said);

    [Fact]
    public void Read_NoUtf8OrTooLong_IsRefused()
    {
        Fuzz.Refuse([(byte)'#', 0xff, 0xfe], ReadAll, "UTF-8");
        Fuzz.Refuse(new byte[(64 << 20) + 1], ReadAll, "longer than");
    }

    [Fact]
    public void Read_HostileFiles_NeverCrashes()
    {
        var sequence = new PulseSequence("s", SequenceKind.IsochromatBssfp, [0.1, 0.2, 0.3], [0, 1, 2], [0.01, 0.02, 0.03], [0.005, 0.01, 0.015]);
        Fuzz.Attack(Encoding.UTF8.GetBytes(Written(sequence)), ReadAll, mutations: 1000);
    }

    [Fact]
    public void Write_InAnotherCulture_KeepsThePoint()
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        CultureInfo.CurrentCulture.NumberFormat.NumberDecimalSeparator = ",";
        try
        {
            Assert.Contains("\n1,2,10,5.5\n", Written(new PulseSequence("s", 0, [Math.PI / 180], [Math.PI / 90], [0.01], [0.0055])), StringComparison.Ordinal);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    private static PulseSequence Read(string text, SequenceKind kind = SequenceKind.IsochromatBssfp) =>
        SequenceCsv.Read(new MemoryStream(Encoding.UTF8.GetBytes(text)), Fuzz.FileName, kind);

    private static void ReadAll(Stream stream) => SequenceCsv.Read(stream, Fuzz.FileName);

    private static string Written(PulseSequence sequence)
    {
        using var stream = new MemoryStream();
        SequenceCsv.Write(stream, sequence);
        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
