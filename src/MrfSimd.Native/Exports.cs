using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using MrfSimd.Fingerprinting;

namespace MrfSimd.Native;

/// <summary>
/// The C interface; <c>include/mrfsimd.h</c> documents it. Each function turns every exception into a code and a sentence: none
/// crosses the border.
/// </summary>
public static unsafe class Exports
{
    // In the order of mrfsimd_maps: estimates, then what refinement adds.
    private static readonly (string Name, string Unit)[] s_maps =
    [
        ("t1", "s"), ("t2", "s"), ("off_resonance", "Hz"), ("proton_density", "signal per unit of magnetisation"), ("b1", "1"),
        ("t1_deviation", "s"), ("t2_deviation", "s"), ("off_resonance_deviation", "Hz"), ("proton_density_deviation", "signal per unit of magnetisation"),
        ("residual", "signal"), ("outcome", "mrfsimd_outcome"),
    ];

    private static readonly byte* s_version = Constant(
        typeof(Exports).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "unknown");

    private static readonly byte* s_level = Constant(LevelName());
    private static readonly nint[] s_names = [.. s_maps.Select(map => (nint)Constant(map.Name))], s_units = [.. s_maps.Select(map => (nint)Constant(map.Unit))];

    /// <summary><c>mrfsimd_version</c>.</summary>
    [UnmanagedCallersOnly(EntryPoint = "mrfsimd_version", CallConvs = [typeof(CallConvCdecl)])]
    public static byte* Version() => s_version;

    /// <summary><c>mrfsimd_simd_level</c>.</summary>
    [UnmanagedCallersOnly(EntryPoint = "mrfsimd_simd_level", CallConvs = [typeof(CallConvCdecl)])]
    public static byte* Level() => s_level;

    /// <summary><c>mrfsimd_last_error</c>.</summary>
    [UnmanagedCallersOnly(EntryPoint = "mrfsimd_last_error", CallConvs = [typeof(CallConvCdecl)])]
    public static byte* LastError() => Outcome.LastError;

    /// <summary><c>mrfsimd_map_name</c>.</summary>
    [UnmanagedCallersOnly(EntryPoint = "mrfsimd_map_name", CallConvs = [typeof(CallConvCdecl)])]
    public static byte* MapName(int index) => index >= 0 && index < s_names.Length ? (byte*)s_names[index] : null;

    /// <summary><c>mrfsimd_map_unit</c>.</summary>
    [UnmanagedCallersOnly(EntryPoint = "mrfsimd_map_unit", CallConvs = [typeof(CallConvCdecl)])]
    public static byte* MapUnit(int index) => index >= 0 && index < s_units.Length ? (byte*)s_units[index] : null;

    /// <summary><c>mrfsimd_open_file</c>.</summary>
    [UnmanagedCallersOnly(EntryPoint = "mrfsimd_open_file", CallConvs = [typeof(CallConvCdecl)])]
    public static int OpenFile(byte* path, NativeOptions* options, long* mapper)
    {
        try
        {
            if (mapper != null) *mapper = 0;
            if (path == null || mapper == null) return Outcome.NullArgument();
            *mapper = Open(FingerprintModel.Read(Marshal.PtrToStringUTF8((nint)path)!), options);
            return Outcome.Success;
        }
        catch (Exception error)
        {
            return Outcome.Of(error);
        }
    }

    /// <summary><c>mrfsimd_open_memory</c>.</summary>
    [UnmanagedCallersOnly(EntryPoint = "mrfsimd_open_memory", CallConvs = [typeof(CallConvCdecl)])]
    public static int OpenMemory(byte* bytes, long length, NativeOptions* options, long* mapper)
    {
        try
        {
            if (mapper != null) *mapper = 0;
            if (bytes == null || mapper == null) return Outcome.NullArgument();
            if (length < 0) return Outcome.Negative(nameof(length), length);
            using UnmanagedMemoryStream stream = new(bytes, length);
            *mapper = Open(FingerprintModel.Read(stream, "the model in memory"), options);
            return Outcome.Success;
        }
        catch (Exception error)
        {
            return Outcome.Of(error);
        }
    }

    /// <summary><c>mrfsimd_close</c>.</summary>
    [UnmanagedCallersOnly(EntryPoint = "mrfsimd_close", CallConvs = [typeof(CallConvCdecl)])]
    public static int Close(long mapper)
    {
        try
        {
            return Handles.Close(mapper) ? Outcome.Success : Outcome.UnknownHandle(mapper);
        }
        catch (Exception error)
        {
            return Outcome.Of(error);
        }
    }

    /// <summary><c>mrfsimd_pulse_count</c>.</summary>
    [UnmanagedCallersOnly(EntryPoint = "mrfsimd_pulse_count", CallConvs = [typeof(CallConvCdecl)])]
    public static int PulseCount(long mapper, long* pulses)
    {
        try
        {
            if (pulses == null) return Outcome.NullArgument();
            if (Handles.Find(mapper) is not { } opened) return Outcome.UnknownHandle(mapper);
            *pulses = opened.Sequence.Count;
            return Outcome.Success;
        }
        catch (Exception error)
        {
            return Outcome.Of(error);
        }
    }

    /// <summary><c>mrfsimd_check_sequence</c>.</summary>
    [UnmanagedCallersOnly(EntryPoint = "mrfsimd_check_sequence", CallConvs = [typeof(CallConvCdecl)])]
    public static int CheckSequence(long mapper, long pulses, double* flipAngles, double* phases, double* repetitionTimes, double* echoTimes)
    {
        try
        {
            if (Handles.Find(mapper) is not { } opened) return Outcome.UnknownHandle(mapper);
            if (flipAngles == null || phases == null || repetitionTimes == null || echoTimes == null) return Outcome.NullArgument();
            if (pulses < 0) return Outcome.Negative(nameof(pulses), pulses);
            int count = checked((int)pulses);
            PulseSequence model = opened.Sequence;
            opened.CheckSequence(new PulseSequence(
                "the caller's", model.Kind, new(flipAngles, count), new(phases, count), new(repetitionTimes, count), new(echoTimes, count))
            {
                InversionEfficiency = model.InversionEfficiency,
                InversionTime = model.InversionTime,
                RelaxationOrder = model.RelaxationOrder,
                Demodulated = model.Demodulated,
            });
            return Outcome.Success;
        }
        catch (Exception error)
        {
            return Outcome.Of(error);
        }
    }

    /// <summary><c>mrfsimd_map</c>.</summary>
    [UnmanagedCallersOnly(EntryPoint = "mrfsimd_map", CallConvs = [typeof(CallConvCdecl)])]
    public static int Map(
        long mapper, ComplexF* signals, long voxels, long voxelStride, long pulseStride, byte* mask, float* b1, NativeMaps* maps)
    {
        try
        {
            if (Handles.Find(mapper) is not { } opened) return Outcome.UnknownHandle(mapper);
            if (voxels < 0) return Outcome.Negative(nameof(voxels), voxels);
            if (voxels == 0) return Outcome.Success;
            if (signals == null || maps == null || maps->T1 == null || maps->T2 == null || maps->OffResonance == null || maps->Density == null)
                return Outcome.NullArgument();
            opened.Map(signals, voxels, voxelStride, pulseStride, mask, b1, *maps);
            return Outcome.Success;
        }
        catch (Exception error)
        {
            return Outcome.Of(error);
        }
    }

    /// <summary><c>mrfsimd_residual</c>.</summary>
    [UnmanagedCallersOnly(EntryPoint = "mrfsimd_residual", CallConvs = [typeof(CallConvCdecl)])]
    public static int Residual(long mapper, double* relative, double* deviation, int* suspicious)
    {
        try
        {
            if (Handles.Find(mapper) is not { } opened) return Outcome.UnknownHandle(mapper);
            if (relative == null || deviation == null || suspicious == null) return Outcome.NullArgument();
            (*relative, *deviation, *suspicious) = (opened.Residual.MedianRelative, opened.Residual.MedianDeviation, opened.Residual.IsSuspicious ? 1 : 0);
            return Outcome.Success;
        }
        catch (Exception error)
        {
            return Outcome.Of(error);
        }
    }

    private static long Open(FingerprintModel model, NativeOptions* options) =>
        Handles.Add(new OpenMapper(model, options == null ? default : *options));

    /// <summary>A wrong MRFSIMD_ISA must not throw across the border; whatever needs the level then returns a code.</summary>
    private static string LevelName()
    {
        try
        {
            return SimdDispatch.Level.ToString().ToLowerInvariant();
        }
        catch (PlatformNotSupportedException)
        {
            return "unknown";
        }
    }

    /// <summary>A string that lives as long as the process.</summary>
    private static byte* Constant(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text + "\0");
        byte* memory = (byte*)NativeMemory.Alloc((nuint)bytes.Length);
        bytes.CopyTo(new Span<byte>(memory, bytes.Length));
        return memory;
    }
}
