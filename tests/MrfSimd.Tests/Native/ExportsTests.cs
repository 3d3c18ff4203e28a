using System.Runtime.InteropServices;
using System.Text;
using MrfSimd.Fingerprinting;
using MrfSimd.Native;
using MrfSimd.Networks;

namespace MrfSimd.Tests.Native;

/// <summary>The C interface, called as C does: through its unmanaged entry points.</summary>
public sealed unsafe class ExportsTests : IDisposable
{
    private const int Pulses = 24, Voxels = 37;

    private readonly string _model = Path.Combine(Path.GetTempPath(), $"mrfsimd-{Guid.NewGuid():N}.safetensors");
    private readonly ComplexF[] _signals = new ComplexF[Voxels * Pulses];
    private readonly float[] _expected;

    private static readonly delegate* unmanaged[Cdecl]<byte*> s_lastError = &Exports.LastError, s_level = &Exports.Level, s_version = &Exports.Version;
    private static readonly delegate* unmanaged[Cdecl]<byte*, NativeOptions*, long*, int> s_openFile = &Exports.OpenFile;
    private static readonly delegate* unmanaged[Cdecl]<byte*, long, NativeOptions*, long*, int> s_openMemory = &Exports.OpenMemory;
    private static readonly delegate* unmanaged[Cdecl]<long, int> s_close = &Exports.Close;
    private static readonly delegate* unmanaged[Cdecl]<long, long*, int> s_pulses = &Exports.PulseCount;
    private static readonly delegate* unmanaged[Cdecl]<long, ComplexF*, long, long, long, byte*, float*, NativeMaps*, int> s_map = &Exports.Map;
    private static readonly delegate* unmanaged[Cdecl]<long, long, double*, double*, double*, double*, int> s_checkSequence = &Exports.CheckSequence;
    private static readonly delegate* unmanaged[Cdecl]<long, double*, double*, int*, int> s_residual = &Exports.Residual;
    private static readonly delegate* unmanaged[Cdecl]<int, byte*> s_mapName = &Exports.MapName, s_mapUnit = &Exports.MapUnit;

    public ExportsTests()
    {
        PulseSequence sequence = MrfSequences.Sinusoid(Pulses);
        NetworkHeader header = new("t1t2", NetworkSpec.Complex(Pulses, [12], Cardioid.Name, realOutputs: 2), [OutputEncoding.LogT1, OutputEncoding.LogT2]);
        Network<float> network = new(header.Spec);
        network.Initialise(new Initialiser(), 3);
        using FingerprintModel model = new(sequence, [header], [network], new ModelProvenance("test", 3, 0, "1"));
        model.Write(_model);
        using TrainingSampler sampler = new(sequence, new(TissueDensityKind.LogUniform, TrainingNoise.Wide), 4, Voxels, WorkerTeam.CallerOnly);
        sampler.Fill(0, Voxels, _signals);
        _expected = Managed(ComplexProductMode.FourMultiplications);
    }

    [Fact]
    public void Map_VoxelMajorAndTimeMajor_GivesTheManagedMaps()
    {
        Assert.Equal(0, OpenFile(_model, 2, out long mapper));
        long pulses;
        Assert.Equal(0, s_pulses(mapper, &pulses));
        Assert.Equal(Pulses, pulses);
        Assert.Equal(0, Map(mapper, _signals, Pulses, 1, out float[] voxelMajor));
        ComplexF[] transposed = new ComplexF[_signals.Length];
        for (int v = 0; v < Voxels; v++)
            for (int p = 0; p < Pulses; p++) transposed[p * Voxels + v] = _signals[v * Pulses + p];
        Assert.Equal(0, Map(mapper, transposed, 1, Voxels, out float[] timeMajor));
        Assert.Equal(_expected, voxelMajor);
        Assert.Equal(_expected, timeMajor);
        Assert.Equal(0, s_close(mapper));
    }

    [Fact]
    public void OpenMemory_OfAFilesBytes_MapsTheSame()
    {
        byte[] bytes = File.ReadAllBytes(_model);
        long mapper;
        fixed (byte* p = bytes) Assert.Equal(0, s_openMemory(p, bytes.Length, null, &mapper));
        Array.Clear(bytes);
        Assert.Equal(0, Map(mapper, _signals, Pulses, 1, out float[] maps));
        Assert.Equal(_expected, maps);
        Assert.Equal(0, s_close(mapper));
    }

    [Fact]
    public void Map_WithThreeMultiplications_GivesTheManagedMapsOfThatMode()
    {
        float[] expected = Managed(ComplexProductMode.ThreeMultiplications);
        Assert.NotEqual(_expected, expected);
        Assert.Equal(0, OpenFile(_model, new NativeOptions { Threads = 1, ThreeMultiplications = 1 }, out long mapper));
        Assert.Equal(0, Map(mapper, _signals, Pulses, 1, out float[] maps));
        Assert.Equal(expected, maps);
        Assert.Equal(0, s_close(mapper));
    }

    [Fact]
    public void Map_WithWeightsInSixteenBits_GivesTheManagedMapsOfThatPrecision()
    {
        float[] expected = Managed(ComplexProductMode.FourMultiplications, WeightPrecision.SixteenBits);
        Assert.NotEqual(_expected, expected);
        Assert.Equal(0, OpenFile(_model, new NativeOptions { Threads = 1, SixteenBitWeights = 1 }, out long mapper));
        Assert.Equal(0, Map(mapper, _signals, Pulses, 1, out float[] maps));
        Assert.Equal(expected, maps);
        Assert.Equal(0, s_close(mapper));
    }

    [Fact]
    public void Handles_ClosedOrNeverOpened_AreFoundOut()
    {
        Assert.Equal(0, OpenFile(_model, 1, out long mapper));
        Assert.Equal(0, s_close(mapper));
        Assert.Equal(2, s_close(mapper));
        Assert.Contains($"{mapper}", Error());
        long pulses;
        Assert.Equal(2, s_pulses(mapper, &pulses));
        Assert.Equal(2, Map(mapper, _signals, Pulses, 1, out _));
        Assert.Equal(2, s_close(0));
    }

    [Fact]
    public void WrongArguments_ReturnACodeAndASentence()
    {
        long mapper;
        Assert.Equal(1, s_openFile(null, null, &mapper));
        Assert.Equal(3, OpenFile("/no/such/model", 1, out _));
        Assert.Contains("/no/such/model", Error());
        byte[] damaged = File.ReadAllBytes(_model)[..200];
        fixed (byte* p = damaged)
        {
            Assert.Equal(3, s_openMemory(p, damaged.Length, null, &mapper));
            Assert.Equal(0, mapper);
            Assert.Equal(1, s_openMemory(p, -1, null, &mapper));
        }
        Assert.Equal(1, OpenFile(_model, -1, out _));
        Assert.Equal(0, OpenFile(_model, 1, out mapper));
        Assert.Equal(1, s_pulses(mapper, null));
        Assert.Equal(1, s_map(mapper, null, 1, Pulses, 1, null, null, null));
        Assert.Equal(0, s_map(mapper, null, 0, Pulses, 1, null, null, null));
        fixed (ComplexF* z = _signals)
        {
            float one;
            NativeMaps maps = new() { T1 = &one, T2 = &one, OffResonance = &one, Density = &one };
            Assert.Equal(1, s_map(mapper, z, -1, Pulses, 1, null, null, &maps));
            Assert.Contains("voxels is -1", Error());
            Assert.Equal(0, s_map(mapper, z, 1, Pulses, 1, null, null, &maps));
            maps.Residual = &one;
            Assert.Equal(1, s_map(mapper, z, 1, Pulses, 1, null, null, &maps));
            Assert.Contains("refines", Error());
            maps.T2 = null;
            Assert.Equal(1, s_map(mapper, z, 1, Pulses, 1, null, null, &maps));
        }
        Assert.Equal(0, s_close(mapper));
    }

    [Fact]
    public void Constants_SayVersionAndLevel()
    {
        Assert.Equal(SimdDispatch.Best.ToString().ToLowerInvariant(), Marshal.PtrToStringUTF8((nint)s_level()));
        Assert.Equal(("t1", "s"), (Marshal.PtrToStringUTF8((nint)s_mapName(0)), Marshal.PtrToStringUTF8((nint)s_mapUnit(0))));
        Assert.Equal(sizeof(NativeMaps) / sizeof(nint), Enumerable.Range(0, 100).Count(i => s_mapName(i) != null));
        Assert.True(s_mapName(-1) == null);
        Assert.Matches(@"^\d+\.\d+", Marshal.PtrToStringUTF8((nint)s_version()));
    }

    [Fact]
    public void CheckSequence_OfTheModelsAndAnother_TellsThemApart()
    {
        Assert.Equal(0, OpenFile(_model, 1, out long mapper));
        PulseSequence sequence = MrfSequences.Sinusoid(Pulses);
        double[] flipAngles = [.. sequence.FlipAngles];
        int Compare()
        {
            fixed (double* f = flipAngles, p = sequence.Phases.ToArray(), r = sequence.RepetitionTimes.ToArray(), e = sequence.EchoTimes.ToArray())
                return s_checkSequence(mapper, Pulses, f, p, r, e);
        }
        Assert.Equal(0, Compare());
        flipAngles[3] += 0.01;
        Assert.Equal(1, Compare());
        Assert.Contains("trained for", Error());
        Assert.Equal(0, s_close(mapper));
    }

    [Fact]
    public void Residual_AfterAMap_IsThatOfTheMapper()
    {
        Assert.Equal(0, OpenFile(_model, 1, out long mapper));
        double relative, deviation;
        int suspicious;
        Assert.Equal(0, s_residual(mapper, &relative, &deviation, &suspicious));
        Assert.Equal((double.NaN, 0), (relative, suspicious));
        Assert.Equal(0, Map(mapper, _signals, Pulses, 1, out _));
        Assert.Equal(0, s_residual(mapper, &relative, &deviation, &suspicious));
        Assert.InRange(relative, 1e-6, 1);
        Assert.Equal(relative > ResidualSample.Suspicious, suspicious == 1);
        Assert.Equal(0, s_close(mapper));
    }

    [Fact]
    public void FailingCalls_LeakNothing()
    {
        byte[] path = Encoding.UTF8.GetBytes("/no/such/model\0");
        void Fail(int calls)
        {
            long mapper;
            fixed (byte* p = path)
                for (int i = 0; i < calls; i++) s_openFile(p, null, &mapper);
            for (int i = 0; i < calls; i++) s_close(long.MaxValue);
        }
        Fail(200);
        long before = GC.GetTotalMemory(forceFullCollection: true);
        Fail(2000);
        // Less than 16 bytes a call would be left by any object that stays.
        Assert.True(GC.GetTotalMemory(forceFullCollection: true) - before < 16 * 2000);
    }

    public void Dispose() => File.Delete(_model);

    private float[] Managed(ComplexProductMode multiplication, WeightPrecision precision = WeightPrecision.Full)
    {
        using FingerprintModel model = FingerprintModel.Read(_model);
        using NetworkMapper mapper = new(model, WorkerTeam.CallerOnly, multiplication, precision);
        float[] maps = new float[4 * Voxels];
        Span<float> Of(int map) => maps.AsSpan(map * Voxels, Voxels);
        mapper.Estimate(_signals, Of(0), Of(1), Of(2), Of(3), null, default);
        return maps;
    }

    private static int OpenFile(string path, int threads, out long mapper) => OpenFile(path, new NativeOptions { Threads = threads }, out mapper);

    private static int OpenFile(string path, NativeOptions options, out long mapper)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(path + "\0");
        long handle = 0;
        int code;
        fixed (byte* p = bytes) code = s_openFile(p, &options, &handle);
        mapper = handle;
        return code;
    }

    private static int Map(long mapper, ComplexF[] signals, long voxelStride, long pulseStride, out float[] maps)
    {
        maps = new float[4 * Voxels];
        fixed (ComplexF* z = signals)
        fixed (float* m = maps)
        {
            NativeMaps pointers = new() { T1 = m, T2 = m + Voxels, OffResonance = m + 2 * Voxels, Density = m + 3 * Voxels };
            return s_map(mapper, z, Voxels, voxelStride, pulseStride, null, null, &pointers);
        }
    }

    private static string Error() => Marshal.PtrToStringUTF8((nint)s_lastError())!;
}
