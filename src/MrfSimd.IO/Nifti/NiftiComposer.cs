using System.Text;

namespace MrfSimd.IO;

/// <summary>From an image to a NIfTI-1 header.</summary>
internal static class NiftiComposer
{
    public static NiftiHeader Compose(NiftiImage image)
    {
        var header = new NiftiHeader(new byte[NiftiHeader.Size], bigEndian: false);
        header.Set(0, NiftiHeader.Size);
        SetData(header, image.Data);
        SetPlace(header, image);
        header.Bytes[NiftiHeader.UnitsAt] = (byte)((int)image.SpaceUnit | (int)image.TimeUnit);
        byte[] description = Encoding.UTF8.GetBytes(image.Description);
        // The last byte stays 0: readers in C take the field for a string.
        if (description.Length >= NiftiHeader.DescriptionLength)
            Check.Fail(nameof(image.Description), $"{description.Length} bytes long", $"expected at most {NiftiHeader.DescriptionLength - 1}");
        description.CopyTo(header.Bytes, NiftiHeader.DescriptionAt);
        "n+1\0"u8.CopyTo(header.Bytes.AsSpan(NiftiHeader.MagicAt));
        return header;
    }

    private static void SetData(NiftiHeader header, DataArray data)
    {
        (ElementType type, short code) = Array.Find(NiftiHeader.DataTypes, entry => entry.Type == data.ElementType);
        if (code == 0) Check.Fail(nameof(data), data, "expected an element type that NIfTI-1 knows");
        if (data.Shape.Length > NiftiHeader.MaximumRank) Check.Fail(nameof(data), data, $"expected at most {NiftiHeader.MaximumRank} axes");
        header.Set(NiftiHeader.DimensionsAt, (short)Math.Max(1, data.Shape.Length));
        for (int axis = 0; axis < NiftiHeader.MaximumRank; axis++)
        {
            long extent = axis < data.Shape.Length ? data.Shape[axis] : 1;
            if (extent is < 1 or > short.MaxValue) Check.Fail(nameof(data), data, $"expected extents of 1 to {short.MaxValue}");
            header.Set(NiftiHeader.DimensionsAt + sizeof(short) * (axis + 1), (short)extent);
        }
        header.Set(NiftiHeader.DataTypeAt, code);
        header.Set(NiftiHeader.BitsPerVoxelAt, (short)(type.Size() * 8));
        header.Set(NiftiHeader.DataOffsetAt, (float)NiftiHeader.DataStart);
        header.Set(NiftiHeader.SlopeAt, 1f);
    }

    /// <summary>The sform alone: it says all that a qform can, and every reader looks at it first or second.</summary>
    private static void SetPlace(NiftiHeader header, NiftiImage image)
    {
        if (image.Steps.Count != NiftiHeader.MaximumRank)
            Check.Fail(nameof(image.Steps), $"{image.Steps.Count} numbers", $"expected {NiftiHeader.MaximumRank}");
        // The zeroth step is qfac: the qform's handedness.
        header.Set(NiftiHeader.StepsAt, 1f);
        for (int axis = 0; axis < NiftiHeader.MaximumRank; axis++)
        {
            Check.PositiveFinite(image.Steps[axis], $"Steps[{axis}]");
            header.Set(NiftiHeader.StepsAt + sizeof(float) * (axis + 1), (float)image.Steps[axis]);
        }
        if (image.Space == NiftiSpace.Unknown) return;
        IReadOnlyList<double> affine = image.Affine ?? [image.Steps[0], 0, 0, 0, 0, image.Steps[1], 0, 0, 0, 0, image.Steps[2], 0];
        if (affine.Count != NiftiImage.AffineLength)
            Check.Fail(nameof(image.Affine), $"{affine.Count} numbers", $"expected {NiftiImage.AffineLength}");
        header.Set(NiftiHeader.SformCodeAt, (short)image.Space);
        for (int i = 0; i < affine.Count; i++)
        {
            Check.Finite(affine[i], $"Affine[{i}]");
            header.Set(NiftiHeader.SformAt + sizeof(float) * i, (float)affine[i]);
        }
    }
}
