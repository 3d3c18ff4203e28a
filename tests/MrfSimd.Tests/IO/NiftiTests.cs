using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using FsCheck.Xunit;
using MrfSimd.IO;

namespace MrfSimd.Tests.IO;

public class NiftiTests
{
    private static readonly double[] SampleAffine = [-2, 0.5, 0, 10, 0.25, 3, 0, -20, 0, 0, 4, 30];

    [Theory]
    [InlineData("nibabel_c8.nii", ElementType.Complex64)]
    [InlineData("nibabel_i2.nii.gz", ElementType.Int16)]
    public void ReadAndOpen_NiBabelsFile_HoldsItsVoxelsAndPlace(string name, ElementType type)
    {
        using var folder = new TemporaryFolder();
        using NiftiImage opened = NiftiFile.Open(Sample.Place(folder, name));
        foreach (NiftiImage image in (NiftiImage[])[NiftiFile.Read(Sample.Stream(name), name), opened])
        {
            Sample.AssertHolds(image.Data, type, Sample.Shape);
            Assert.Equal(SampleAffine, image.Affine!);
            Assert.Equal(NiftiSpace.Aligned, image.Space);
        }
    }

    [Fact]
    public void Read_NiBabelsUnitsStepsAndDescription_AreUnderstood()
    {
        NiftiImage image = NiftiFile.Read(Sample.Stream("nibabel_c8.nii"), "c8");
        Assert.Equal((NiftiSpaceUnit.Millimetre, NiftiTimeUnit.Millisecond, "made by nibabel"), (image.SpaceUnit, image.TimeUnit, image.Description));
        Assert.Equal((float)Math.Sqrt(2 * 2 + 0.25 * 0.25), image.Steps[0]);
        Assert.Equal(4, image.Steps[2]);
    }

    [Fact]
    public void Read_NiBabelsBigEndianFourAxes_IsSwapped() =>
        Sample.AssertHolds(NiftiFile.Read(Sample.Stream("nibabel_f4_big.nii"), "f4").Data, ElementType.Float32, 2, 3, 4, 2);

    [Fact]
    public void Read_NiBabelsScaledIntegers_AreTheValuesTheyStandFor()
    {
        DataArray data = NiftiFile.Read(Sample.Stream("nibabel_scaled.nii"), "scaled").Data;
        Assert.Equal(ElementType.Float64, data.ElementType);
        double[] values = data.ToArray<double>(ArrayOrder.RowMajor);
        // 16-bit steps over the range of 11.5: half a step is the most that rounding may cost.
        double halfStep = 11.5 / (ushort.MaxValue - 1) / 2;
        for (int k = 0; k < values.Length; k++) Assert.InRange(values[k], (k - 3) * 0.5 + 2 - 1.01 * halfStep, (k - 3) * 0.5 + 2 + 1.01 * halfStep);
    }

    [Fact]
    public void Read_NiBabelsQformBehindAnExtension_IsTheAffineThatNiBabelReads()
    {
        NiftiImage image = NiftiFile.Read(Sample.Stream("nibabel_qform.nii"), "qform");
        Sample.AssertHolds(image.Data, ElementType.UInt8, Sample.Shape);
        Assert.Equal(NiftiSpace.Scanner, image.Space);
        double[] theirs = NpyFile.Read(Sample.Stream("nibabel_qform_affine.npy"), "affine").ToArray<double>();
        // The quaternion is in single precision and so is each of about ten roundings of products near the largest step, 3.
        double tolerance = 10 * 3 * Math.Pow(2, -24);
        for (int i = 0; i < 12; i++) Assert.InRange(image.Affine![i] - theirs[i], -tolerance, tolerance);
    }

    [Theory]
    [InlineData("nibabel_version2.nii", "sizeof_hdr", "NIfTI-2")]
    [InlineData("nibabel_pair.hdr", "magic", "header apart from its data")]
    public void Read_OtherKinds_AreRefusedByName(string name, string field, string said) => Fuzz.Refuse(Sample.Bytes(name), ReadAll, field, said);

    [Property]
    public void WriteThenRead_AnyBits_AreTheSameBits(ulong[] words, bool compress)
    {
        words = [1, .. words];
        RoundTrip<ComplexF>(words, compress);
        RoundTrip<float>(words, compress);
        RoundTrip<double>(words, compress);
        RoundTrip<sbyte>(words, compress);
        RoundTrip<byte>(words, compress);
        RoundTrip<short>(words, compress);
        RoundTrip<ushort>(words, compress);
        RoundTrip<int>(words, compress);
        RoundTrip<uint>(words, compress);
        RoundTrip<long>(words, compress);
        RoundTrip<ulong>(words, compress);
        RoundTrip<Complex>([.. words, .. words], compress);
    }

    [Theory]
    [InlineData("map.nii")]
    [InlineData("map.nii.gz")]
    public void WritePath_RowMajorMap_ReadsBackWithEveryField(string name)
    {
        using var folder = new TemporaryFolder();
        float[] t1 = [1, 2, 3, 4, 5, 6];
        NiftiFile.Write(folder[name], new NiftiImage(DataArray.Of(t1, 2, 3))
        {
            Steps = [1.5, 2, 5, 0.25, 1, 1, 1],
            Affine = SampleAffine,
            Space = NiftiSpace.Mni152,
            SpaceUnit = NiftiSpaceUnit.Micrometre,
            TimeUnit = NiftiTimeUnit.Second,
            Description = "T1 in ms, µ",
        });
        using NiftiImage image = NiftiFile.Open(folder[name]);
        Assert.Equal([1f, 4, 2, 5, 3, 6], image.Data.ToArray<float>());
        Assert.Equal(t1, image.Data.ToArray<float>(ArrayOrder.RowMajor));
        Assert.Equal([1.5, 2, 5, 0.25, 1, 1, 1], image.Steps);
        Assert.Equal(SampleAffine, image.Affine!);
        Assert.Equal((NiftiSpace.Mni152, NiftiSpaceUnit.Micrometre, NiftiTimeUnit.Second, "T1 in ms, µ"),
            (image.Space, image.SpaceUnit, image.TimeUnit, image.Description));
        Assert.Equal(name.EndsWith(".gz", StringComparison.Ordinal), File.ReadAllBytes(folder[name])[0] == 0x1f);
        Assert.Equal([name], folder.Files);
    }

    [Fact]
    public void Write_UnknownSpace_ReadsBackAsTheSteps()
    {
        byte[] bytes = Written(new NiftiImage(DataArray.Of(new byte[1], 1)) { Space = NiftiSpace.Unknown, Steps = [2, 3, 4, 1, 1, 1, 1] });
        Assert.Equal([2.0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 4, 0], NiftiFile.Read(new MemoryStream(bytes), "x").Affine!);
    }

    [Fact]
    public void Write_ScaledImage_WritesTheValues()
    {
        using NiftiImage scaled = NiftiFile.Read(Sample.Stream("nibabel_scaled.nii"), "scaled");
        NiftiImage again = NiftiFile.Read(new MemoryStream(Written(scaled)), "again");
        Assert.Equal(scaled.Data.ToArray<double>(), again.Data.ToArray<double>());
    }

    [Theory]
    [InlineData(40, (short)0, "dim[0]")]
    [InlineData(40, (short)8, "dim[0]")]
    [InlineData(42, (short)-3, "dim[1]")]
    [InlineData(42, (short)32767, "data")]
    [InlineData(70, (short)128, "datatype")]
    [InlineData(70, (short)0, "datatype")]
    [InlineData(72, (short)32, "bitpix")]
    public void Read_HostileField_IsRefusedByName(int at, short value, string field)
    {
        byte[] bytes = Sample.Bytes("nibabel_c8.nii");
        BinaryPrimitives.WriteInt16LittleEndian(bytes.AsSpan(at), value);
        Assert.Equal(field, Fuzz.Refuse(bytes, ReadAll).Field);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(-1f)]
    [InlineData(348f)]
    [InlineData(352.5f)]
    [InlineData(1e30f)]
    public void Read_DataOffsetOutsideTheFormat_IsRefused(float offset)
    {
        byte[] bytes = Sample.Bytes("nibabel_c8.nii");
        BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(108), offset);
        Assert.Equal("vox_offset", Fuzz.Refuse(bytes, ReadAll).Field);
    }

    [Fact]
    public void Read_SevenLargestExtents_OverflowIsRefused()
    {
        byte[] bytes = Sample.Bytes("nibabel_c8.nii");
        BinaryPrimitives.WriteInt16LittleEndian(bytes.AsSpan(40), 7);
        for (int axis = 1; axis <= 7; axis++) BinaryPrimitives.WriteInt16LittleEndian(bytes.AsSpan(40 + 2 * axis), short.MaxValue);
        Fuzz.Refuse(bytes, ReadAll, "shape", "fewer than 2^63 bytes");
    }

    [Fact]
    public void Read_HostileFiles_NeverCrashes()
    {
        Fuzz.Attack(Sample.Bytes("nibabel_c8.nii"), ReadAll);
        Fuzz.Attack(Sample.Bytes("nibabel_qform.nii"), ReadAll);
        Fuzz.Attack(Sample.Bytes("nibabel_i2.nii.gz"), ReadAll, mutations: 1000);
    }

    [Fact]
    public void Write_WhatTheFormatCannotHold_ThrowsAndWritesNothing()
    {
        using var folder = new TemporaryFolder();
        NiftiImage[] images =
        [
            new(DataArray.Of(new byte[40_000], 40_000)),
            new(DataArray.Of<byte>([], 0)),
            new(DataArray.Of(new byte[1], 1, 1, 1, 1, 1, 1, 1, 1)),
            new(DataArray.Of(new Half[1], 1)),
            new(DataArray.Of(new byte[1], 1)) { Description = new string('x', 80) },
            new(DataArray.Of(new byte[1], 1)) { Steps = [1, 1, 1] },
            new(DataArray.Of(new byte[1], 1)) { Steps = [1, 1, -1, 1, 1, 1, 1] },
            new(DataArray.Of(new byte[1], 1)) { Affine = [1, 2, 3] },
        ];
        foreach (NiftiImage image in images) Assert.Throws<ArgumentException>(() => NiftiFile.Write(folder["x.nii"], image));
        Assert.Empty(folder.Files);
    }

    private static void ReadAll(Stream stream) => NiftiFile.Read(stream, Fuzz.FileName);

    private static byte[] Written(NiftiImage image, bool compress = false)
    {
        using var stream = new MemoryStream();
        NiftiFile.Write(stream, image, compress);
        return stream.ToArray();
    }

    private static void RoundTrip<T>(ulong[] words, bool compress) where T : unmanaged
    {
        T[] values = MemoryMarshal.Cast<ulong, T>(words).ToArray();
        byte[] bytes = Written(new NiftiImage(DataArray.Of<T>(values, [values.Length, 1], ArrayOrder.ColumnMajor)), compress);
        T[] read = NiftiFile.Read(new MemoryStream(bytes), "x").Data.ToArray<T>();
        Assert.Equal(MemoryMarshal.AsBytes(values.AsSpan()), MemoryMarshal.AsBytes(read.AsSpan()));
    }
}
