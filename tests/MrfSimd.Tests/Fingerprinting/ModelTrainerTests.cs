using MrfSimd.Fingerprinting;
using MrfSimd.IO;
using MrfSimd.Networks;
using MrfSimd.Tests.Testing;

namespace MrfSimd.Tests.Fingerprinting;

public class ModelTrainerTests
{
    private static readonly PulseSequence s_sequence = MrfSequences.Sinusoid(pulses: 40);

    private static TrainingPlan Plan(long samples = 40 * 32) =>
        TrainingPlan.Noisy(s_sequence.Count, samples, seed: 9, hidden: [24, 16], batchSize: 32);

    [Fact]
    public void Sampler_InAnyBatchAndTeam_GivesTheSameSamples()
    {
        using WorkerTeam team = new(3);
        using TrainingSampler whole = new(s_sequence, new(TissueDensityKind.LogUniform, TrainingNoise.Wide), 3, 200, team);
        using TrainingSampler single = new(s_sequence, new(TissueDensityKind.LogUniform, TrainingNoise.Wide), 3, 200, WorkerTeam.CallerOnly);
        ComplexF[] batch = new ComplexF[200 * s_sequence.Count], row = new ComplexF[s_sequence.Count];
        whole.Fill(1000, 200, batch);
        foreach (int i in new[] { 0, 1, 77, 199 })
        {
            single.Fill(1000 + (ulong)i, 1, row);
            Assert.True(row.AsSpan().SequenceEqual(batch.AsSpan(i * s_sequence.Count, s_sequence.Count)), $"sample {i}");
            Assert.Equal(whole.T1Seconds[i], single.T1Seconds[0]);
        }
    }

    [Fact]
    public void Sampler_WithDistinctSamples_MeetsEachOncePerEpochForEveryNetwork()
    {
        TrainingData data = new(TissueDensityKind.Dictionary, TrainingNoise.None) { DistinctSamples = 30 };
        using TrainingSampler sampler = new(s_sequence, data, 3, 30, WorkerTeam.CallerOnly);
        ComplexF[] batch = new ComplexF[30 * s_sequence.Count];
        float[][] epochs = [.. new[] { (0, 0), (0, 1), (2, 0) }.Select(at =>
        {
            sampler.Fill(TrainingSampler.FirstOf(at.Item1) + 30 * (ulong)at.Item2, 30, batch);
            return sampler.T1Seconds.ToArray();
        })];
        for (int i = 1; i < epochs.Length; i++)
        {
            Assert.NotEqual(epochs[0], epochs[i]);
            Assert.Equal(epochs[0].Order(), epochs[i].Order());
        }
    }

    [Fact]
    public void Model_WithB1AndUnknownPhase_EstimatesBothThroughAFile()
    {
        string path = Path.GetTempFileName();
        try
        {
            TrainingData data = TrainingPlan.NoisyData with { Phase = SignalPhase.Unknown, B1HalfWidth = 0.2 };
            TrainingPlan plan = TrainingPlan.Noisy(s_sequence.Count, 64, 9, hidden: [8], batchSize: 32, data: data, outputs: Enum.GetValues<TissueParameter>());
            using ModelTrainer trainer = new(s_sequence, plan, WorkerTeam.CallerOnly);
            Finish(trainer);
            using (FingerprintModel model = trainer.ToModel(new("test", 9, trainer.Samples, "1"))) model.Write(path);
            using NetworkMapper mapper = NetworkMapper.Load(path, WorkerTeam.CallerOnly);
            Assert.True(mapper.EstimatesB1);
            ComplexF[] signals = Signals(3, 31), turned = Array.ConvertAll(signals, z => new ComplexF(-z.Im, z.Re));
            float[][] maps = [.. new[] { signals, turned }.Select(input =>
            {
                float[] t1 = new float[3], t2 = new float[3], b0 = new float[3], b1 = new float[3], pd = new float[3];
                mapper.Estimate(input, t1, t2, b0, b1, pd, null, default);
                Assert.All(b1, value => Assert.InRange(value, 0.01f, 2));
                return (float[])[.. t1, .. t2, .. b0, .. b1];
            })];
            // A quarter turn is exact; the turn back is not.
            for (int i = 0; i < maps[0].Length; i++) Assert.Equal(maps[0][i], maps[1][i], 1e-4 * Math.Max(1, Math.Abs(maps[0][i])));
        }
        finally
        {
            File.Delete(path);
        }
    }

    public static TheoryData<PulseSequence> Sequences => [s_sequence, MrfSequences.FispJiang(40)];

    [Theory]
    [MemberData(nameof(Sequences), DisableDiscoveryEnumeration = true)]
    public void Sampler_Signals_HaveUnitMeanSquare(PulseSequence sequence)
    {
        using TrainingSampler sampler = new(sequence, new(TissueDensityKind.Dictionary, TrainingNoise.Wide), 3, 50, WorkerTeam.CallerOnly);
        ComplexF[] batch = new ComplexF[50 * sequence.Count];
        sampler.Fill(0, 50, batch);
        foreach (ComplexF[] signal in batch.Chunk(sequence.Count))
            Assert.Equal(1, signal.Average(z => z.Magnitude * z.Magnitude), 1e-5);
    }

    [Fact]
    public void Run_WithAnyTeam_GivesTheSameBits()
    {
        float[][] results = [.. new[] { 1, 2 }.Select(size =>
        {
            using WorkerTeam team = new(size);
            using ModelTrainer trainer = new(s_sequence, Plan(), team);
            return Finish(trainer);
        })];
        Assert.Equal(results[0], results[1]);
    }

    [Fact]
    public void Run_InterruptedAndResumed_GivesTheBitsOfAnUninterruptedOne()
    {
        using ModelTrainer straight = new(s_sequence, Plan(), WorkerTeam.CallerOnly);
        float[] expected = Finish(straight);
        string path = Path.GetTempFileName();
        try
        {
            // 25 steps are inside the first network, 45 inside the second.
            foreach (int steps in new[] { 25, 45 })
            {
                using ModelTrainer first = new(s_sequence, Plan(), WorkerTeam.CallerOnly);
                RunSteps(first, steps, path);
                using ModelTrainer second = new(s_sequence, Plan(), WorkerTeam.CallerOnly);
                second.ReadCheckpoint(path);
                Assert.Equal(first.SamplesDone, second.SamplesDone);
                Assert.Equal(expected, Finish(second));
            }
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Run_Cancelled_LeavesACheckpoint()
    {
        using ModelTrainer trainer = new(s_sequence, Plan(), WorkerTeam.CallerOnly);
        int checkpoints = 0;
        Assert.Throws<OperationCanceledException>(() => trainer.Run(null, () => checkpoints++, TimeSpan.MaxValue, new CancellationToken(canceled: true)));
        Assert.Equal(1, checkpoints);
    }

    [Fact]
    public void ReadCheckpoint_OfAnotherPlan_SaysSo()
    {
        string path = Path.GetTempFileName();
        try
        {
            using ModelTrainer trainer = new(s_sequence, Plan(), WorkerTeam.CallerOnly);
            trainer.WriteCheckpoint(path);
            using ModelTrainer other = new(s_sequence, Plan(samples: 64), WorkerTeam.CallerOnly);
            Assert.Contains("plan", Assert.Throws<DataFormatException>(() => other.ReadCheckpoint(path)).Message);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Run_LowersTheLoss()
    {
        using ModelTrainer trainer = new(s_sequence, Plan(samples: 400 * 32), WorkerTeam.CallerOnly);
        List<TrainingProgress> reports = [];
        trainer.Run(reports.Add, null, TimeSpan.MaxValue, default);
        TrainingProgress[] first = [.. reports.Where(report => report.Network == "t1t2")];
        Assert.True(first[^1].Loss < 0.5 * first[0].Loss, $"{first[0].Loss} to {first[^1].Loss}");
        Assert.NotNull(first[^1].Validation);
        Assert.Equal(trainer.Samples, trainer.SamplesDone);
    }

    [Fact]
    public void Step_OnceWarm_AllocatesNothing()
    {
        using WorkerTeam team = new(2);
        using ModelTrainer trainer = new(s_sequence, Plan(samples: 1_000_000), team);
        Allocations.AssertNone(trainer.Step);
    }

    [Fact]
    public void Model_ThroughAFile_EstimatesTheSame()
    {
        string path = Path.GetTempFileName();
        try
        {
            using ModelTrainer trainer = new(s_sequence, Plan(), WorkerTeam.CallerOnly);
            Finish(trainer);
            using FingerprintModel model = trainer.ToModel(new("test", 9, trainer.Samples, "1"));
            using NetworkMapper direct = new(model, WorkerTeam.CallerOnly);
            model.Write(path);
            using NetworkMapper read = NetworkMapper.Load(path, WorkerTeam.CallerOnly);
            Assert.Equal(s_sequence, read.Sequence);
            ComplexF[] signals = Signals(7, 31);
            Assert.Equal(Estimate(direct, signals), Estimate(read, signals));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Model_OnAnotherSequence_NamesBoth()
    {
        using FingerprintModel model = UntrainedModel();
        PulseSequence other = MrfSequences.Sinusoid(pulses: 41);
        string message = Assert.Throws<ArgumentException>(() => model.CheckSequence(other)).Message;
        Assert.Contains(other.Hash[..12], message);
        Assert.Contains(s_sequence.Hash[..12], message);
    }

    [Fact]
    public void Read_DamagedModel_NamesFileAndField()
    {
        string path = Path.GetTempFileName();
        try
        {
            using (FingerprintModel model = UntrainedModel())
            {
                model.Networks[0].Parameters[5] = float.NaN;
                model.Write(path);
            }
            DataFormatException error = Assert.Throws<DataFormatException>(() => FingerprintModel.Read(path));
            Assert.Contains(path, error.Message);
            Assert.Contains("t1t2.0.weight", error.Message);
            byte[] bytes = File.ReadAllBytes(path);
            foreach (int length in new[] { 0, 5, 100, bytes.Length - 1 })
                Assert.Throws<DataFormatException>(() => FingerprintModel.Read(new MemoryStream(bytes[..length]), "model"));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Estimate_VoxelsWithoutOrWithBadSignal_LeaveTheOthersAlone()
    {
        using FingerprintModel model = UntrainedModel();
        using NetworkMapper mapper = new(model, WorkerTeam.CallerOnly);
        ComplexF[] signals = Signals(5, 31);
        float[] clean = Estimate(mapper, signals);
        signals.AsSpan(s_sequence.Count, s_sequence.Count).Clear();
        signals[3 * s_sequence.Count] = new(float.NaN, 0);
        float[] actual = Estimate(mapper, signals);
        for (int i = 0; i < actual.Length; i++)
        {
            if (i % 5 == 1) Assert.Equal(0, actual[i]);
            else if (i % 5 == 3) Assert.True(float.IsNaN(actual[i]));
            else Assert.Equal(clean[i], actual[i]);
        }
    }

    [Fact]
    public void Estimate_ProtonDensity_IsTheAmplitudeAtTheEstimate()
    {
        using FingerprintModel model = UntrainedModel();
        using NetworkMapper mapper = new(model, WorkerTeam.CallerOnly);
        ComplexF[] signals = Signals(4, 31), doubled = Array.ConvertAll(signals, z => 2 * z);
        float[] once = Estimate(mapper, signals), twice = Estimate(mapper, doubled);
        // The parameters see the normalised signal; the density is linear in it.
        for (int i = 0; i < 12; i++) Assert.Equal(once[i], twice[i]);
        for (int i = 12; i < 16; i++) Assert.Equal(2 * once[i], twice[i], 2e-6 * twice[i]);
    }

    [Fact]
    public void Estimate_OnceWarm_AllocatesNothingAndDoesNotDependOnTheTeam()
    {
        using WorkerTeam team = new(2);
        using FingerprintModel model = UntrainedModel();
        using NetworkMapper mapper = new(model, team), single = new(model, WorkerTeam.CallerOnly);
        ComplexF[] signals = Signals(300, 31);
        Assert.Equal(Estimate(single, signals), Estimate(mapper, signals));
        float[] t1 = new float[300], t2 = new float[300], b0 = new float[300], pd = new float[300];
        Allocations.AssertNone(() => mapper.Estimate(signals, t1, t2, b0, pd, null, default));
    }

    private static FingerprintModel UntrainedModel()
    {
        using ModelTrainer trainer = new(s_sequence, Plan(samples: 1), WorkerTeam.CallerOnly);
        Finish(trainer);
        return trainer.ToModel(new("test", 9, trainer.Samples, "1"));
    }

    private static float[] Finish(ModelTrainer trainer)
    {
        trainer.Run(null, null, TimeSpan.MaxValue, default);
        using FingerprintModel model = trainer.ToModel(new("test", 9, trainer.Samples, "1"));
        return [.. model.Networks.SelectMany(network => network.Parameters.ToArray())];
    }

    private static void RunSteps(ModelTrainer trainer, int steps, string checkpoint)
    {
        using CancellationTokenSource stop = new();
        int done = 0;
        trainer.StepDone = () =>
        {
            if (++done == steps) stop.Cancel();
        };
        Assert.Throws<OperationCanceledException>(() => trainer.Run(null, () => trainer.WriteCheckpoint(checkpoint), TimeSpan.MaxValue, stop.Token));
    }

    private static ComplexF[] Signals(int voxels, ulong seed)
    {
        using TrainingSampler sampler = new(s_sequence, new(TissueDensityKind.LogUniform, TrainingNoise.None), seed, voxels, WorkerTeam.CallerOnly);
        ComplexF[] signals = new ComplexF[voxels * s_sequence.Count];
        sampler.Fill(0, voxels, signals);
        return signals;
    }

    private static float[] Estimate(NetworkMapper mapper, ComplexF[] signals)
    {
        int voxels = signals.Length / s_sequence.Count;
        float[] t1 = new float[voxels], t2 = new float[voxels], b0 = new float[voxels], pd = new float[voxels];
        mapper.Estimate(signals, t1, t2, b0, pd, null, default);
        return [.. t1, .. t2, .. b0, .. pd];
    }
}
