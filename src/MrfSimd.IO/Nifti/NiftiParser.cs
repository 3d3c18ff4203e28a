using System.Buffers.Binary;
using System.Text;

namespace MrfSimd.IO;

/// <summary>From a NIfTI-1 header to an image.</summary>
internal static class NiftiParser
{
    /// <summary>The header's size if the file were NIfTI-2.</summary>
    private const int Nifti2Size = 540;

    /// <summary>Reads and recognises the header.</summary>
    public static NiftiHeader Read(FormatReader reader)
    {
        var bytes = new byte[NiftiHeader.Size];
        reader.Fill(bytes, "header");
        int size = BinaryPrimitives.ReadInt32LittleEndian(bytes);
        bool bigEndian = size != NiftiHeader.Size && BinaryPrimitives.ReverseEndianness(size) == NiftiHeader.Size;
        if (size == Nifti2Size || BinaryPrimitives.ReverseEndianness(size) == Nifti2Size)
            throw reader.Error("sizeof_hdr", "540 (NIfTI-2)", "348 (NIfTI-1)", 0);
        if (size != NiftiHeader.Size && !bigEndian) throw reader.Error("sizeof_hdr", size, "348", 0);
        ReadOnlySpan<byte> magic = bytes.AsSpan(NiftiHeader.MagicAt, 4);
        if (magic.SequenceEqual("ni1\0"u8))
            throw reader.Error("magic", "'ni1', a header apart from its data", "'n+1', header and data in one file", NiftiHeader.MagicAt);
        if (!magic.SequenceEqual("n+1\0"u8)) throw reader.Error("magic", Convert.ToHexString(magic), "'n+1'", NiftiHeader.MagicAt);
        return new NiftiHeader(bytes, bigEndian);
    }

    /// <summary>Type, shape, place and scale of the data.</summary>
    public static ArrayHeader Layout(NiftiHeader header, FormatReader reader)
    {
        short code = header.Int16(NiftiHeader.DataTypeAt);
        (ElementType type, short known) = Array.Find(NiftiHeader.DataTypes, entry => entry.Code == code);
        if (known == 0)
            throw reader.Error(
                "datatype", code, $"one of {string.Join(", ", NiftiHeader.DataTypes.Select(entry => entry.Code))}", NiftiHeader.DataTypeAt);
        short bits = header.Int16(NiftiHeader.BitsPerVoxelAt);
        if (bits != type.Size() * 8) throw reader.Error("bitpix", bits, $"{type.Size() * 8} for datatype {code}", NiftiHeader.BitsPerVoxelAt);
        float start = header.Single(NiftiHeader.DataOffsetAt);
        if (!(start >= NiftiHeader.DataStart && start <= int.MaxValue && float.IsInteger(start)))
            throw reader.Error("vox_offset", start, $"a whole number of {NiftiHeader.DataStart} or more", NiftiHeader.DataOffsetAt);
        return new ArrayHeader(type, Shape(header, reader), ArrayOrder.ColumnMajor, (long)start, header.BigEndian, Scale(header));
    }

    /// <summary>The image around its data.</summary>
    public static NiftiImage Image(NiftiHeader header, DataArray data)
    {
        double[] steps = new double[NiftiHeader.MaximumRank];
        for (int axis = 0; axis < steps.Length; axis++)
        {
            // A negative or missing step is what a careless writer leaves; the format demands a positive one.
            float step = Math.Abs(header.Single(NiftiHeader.StepsAt + sizeof(float) * (axis + 1)));
            steps[axis] = float.IsFinite(step) && step > 0 ? step : 1;
        }
        byte units = header.Bytes[NiftiHeader.UnitsAt];
        ReadOnlySpan<byte> description = header.Bytes.AsSpan(NiftiHeader.DescriptionAt, NiftiHeader.DescriptionLength);
        int end = description.IndexOf((byte)0);
        (double[] affine, NiftiSpace space) = Place(header, steps);
        return new NiftiImage(data)
        {
            Steps = steps,
            Affine = affine,
            Space = space,
            SpaceUnit = Known((NiftiSpaceUnit)(units & 0b111)),
            TimeUnit = Known((NiftiTimeUnit)(units & 0b111000)),
            Description = Encoding.UTF8.GetString(end < 0 ? description : description[..end]),
        };
    }

    private static long[] Shape(NiftiHeader header, FormatReader reader)
    {
        short rank = header.Int16(NiftiHeader.DimensionsAt);
        if (rank is < 1 or > NiftiHeader.MaximumRank) throw reader.Error("dim[0]", rank, "1 to 7 axes", NiftiHeader.DimensionsAt);
        var shape = new long[rank];
        for (int axis = 0; axis < rank; axis++)
        {
            int at = NiftiHeader.DimensionsAt + sizeof(short) * (axis + 1);
            shape[axis] = header.Int16(at);
            if (shape[axis] < 1) throw reader.Error($"dim[{axis + 1}]", shape[axis], "1 or more", at);
        }
        return shape;
    }

    private static LinearScale? Scale(NiftiHeader header)
    {
        float slope = header.Single(NiftiHeader.SlopeAt);
        float intercept = header.Single(NiftiHeader.InterceptAt);
        // A slope of 0 says that there is no scale; writers also leave NaN there.
        bool present = slope != 0 && float.IsFinite(slope) && float.IsFinite(intercept) && (slope, intercept) != (1, 0);
        return present ? new LinearScale(slope, intercept) : null;
    }

    /// <summary>Methods 3, 2 and 1 of nifti1.h, in the order in which programs prefer them.</summary>
    private static (double[] Affine, NiftiSpace Space) Place(NiftiHeader header, double[] steps)
    {
        var sform = Known((NiftiSpace)header.Int16(NiftiHeader.SformCodeAt));
        var qform = Known((NiftiSpace)header.Int16(NiftiHeader.QformCodeAt));
        if (sform != NiftiSpace.Unknown) return (Singles(header, NiftiHeader.SformAt, NiftiImage.AffineLength), sform);
        if (qform != NiftiSpace.Unknown) return (FromQuaternion(header, steps), qform);
        return ([steps[0], 0, 0, 0, 0, steps[1], 0, 0, 0, 0, steps[2], 0], NiftiSpace.Unknown);
    }

    /// <summary>Method 2: R(b, c, d) diag(steps), the third column reflected when qfac (the zeroth step) is negative.</summary>
    private static double[] FromQuaternion(NiftiHeader header, double[] steps)
    {
        double[] quaternion = Singles(header, NiftiHeader.QuaternionAt, 3);
        double[] offset = Singles(header, NiftiHeader.QuaternionOffsetAt, 3);
        var (b, c, d) = (quaternion[0], quaternion[1], quaternion[2]);
        double rest = 1 - (b * b + c * c + d * d);
        double a = Math.Sqrt(Math.Max(rest, 0));
        if (rest < 0)
        {
            // Rounded past a half turn: normalise, as the reference implementation does.
            double norm = 1 / Math.Sqrt(b * b + c * c + d * d);
            (b, c, d) = (b * norm, c * norm, d * norm);
        }
        double x = steps[0], y = steps[1], z = header.Single(NiftiHeader.StepsAt) < 0 ? -steps[2] : steps[2];
        return
        [
            (a * a + b * b - c * c - d * d) * x, 2 * (b * c - a * d) * y, 2 * (b * d + a * c) * z, offset[0],
            2 * (b * c + a * d) * x, (a * a + c * c - b * b - d * d) * y, 2 * (c * d - a * b) * z, offset[1],
            2 * (b * d - a * c) * x, 2 * (c * d + a * b) * y, (a * a + d * d - c * c - b * b) * z, offset[2],
        ];
    }

    private static double[] Singles(NiftiHeader header, int at, int count)
    {
        var values = new double[count];
        for (int i = 0; i < count; i++) values[i] = header.Single(at + sizeof(float) * i);
        return values;
    }

    /// <summary>Codes that the format does not name count as unknown; they say nothing about the data.</summary>
    private static T Known<T>(T code) where T : struct, Enum => Enum.IsDefined(code) ? code : default;
}
