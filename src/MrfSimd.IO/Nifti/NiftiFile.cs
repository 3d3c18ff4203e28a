using System.IO.Compression;

namespace MrfSimd.IO;

/// <summary>
/// NIfTI-1 in one file, plain (.nii) or gzipped (.nii.gz): reads either byte order, integers of 1 to 8 bytes, float32, float64, complex64 and
/// complex128 with up to 7 axes; writes little-endian. Pairs of .hdr and .img, NIfTI-2 and colour images are refused.
/// </summary>
/// <remarks>Format: <c>nifti1.h</c> of the NIfTI Data Format Working Group, <see href="https://nifti.nimh.nih.gov/nifti-1"/>.</remarks>
public static class NiftiFile
{
    /// <summary>
    /// Opens a file of any size: the header is read now and voxels on demand. A gzipped one is unpacked as far as it is read, beyond 16 MB into
    /// <see cref="TemporaryBytes"/>.
    /// </summary>
    /// <exception cref="DataFormatException">The file is no intact NIfTI-1 file of a supported kind.</exception>
    /// <exception cref="IOException">The file cannot be opened, or the folder of temporary files has no room.</exception>
    public static NiftiImage Open(string path)
    {
        NiftiHeader? header = null;
        DataArray data = ArrayHeader.Open(path, reader => NiftiParser.Layout(header = NiftiParser.Read(reader), reader),
            file => IsGzip(file) ? new GZipStream(file, CompressionMode.Decompress) : file);
        return NiftiParser.Image(header!, data);
    }

    /// <summary>Reads an image, plain or gzipped, from a seekable stream into memory.</summary>
    /// <param name="stream">The content.</param>
    /// <param name="name">What to call it in messages.</param>
    /// <exception cref="DataFormatException">As <see cref="Open"/>.</exception>
    public static NiftiImage Read(Stream stream, string name)
    {
        ArgumentNullException.ThrowIfNull(stream);
        if (!IsGzip(stream)) return ReadPlain(stream, name);
        using var plain = new GZipStream(stream, CompressionMode.Decompress, leaveOpen: true);
        return ReadPlain(plain, name);
    }

    /// <summary>Writes a file, whole or not at all; gzipped if its name ends in .gz.</summary>
    /// <exception cref="ArgumentException">
    /// The image does not fit the format: more than 7 axes, an extent outside 1 to 32767, a type it does not know.
    /// </exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Write(string path, NiftiImage image)
    {
        ArgumentNullException.ThrowIfNull(path);
        bool compress = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase);
        AtomicFile.Write(path, stream => Write(stream, image, compress));
    }

    /// <summary>Writes to a stream.</summary>
    /// <exception cref="ArgumentException">As the other overload.</exception>
    public static void Write(Stream stream, NiftiImage image, bool compress = false)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(image);
        NiftiHeader header = NiftiComposer.Compose(image);
        if (!compress)
        {
            WritePlain(stream, header, image);
            return;
        }
        using var zip = new GZipStream(stream, CompressionLevel.Optimal, leaveOpen: true);
        WritePlain(zip, header, image);
    }

    private static void WritePlain(Stream stream, NiftiHeader header, NiftiImage image)
    {
        stream.Write(header.Bytes);
        stream.Write(stackalloc byte[NiftiHeader.DataStart - NiftiHeader.Size]);
        image.Data.CopyTo(stream, ArrayOrder.ColumnMajor);
    }

    private static NiftiImage ReadPlain(Stream stream, string name)
    {
        var reader = new FormatReader(stream, name);
        NiftiHeader header = NiftiParser.Read(reader);
        return NiftiParser.Image(header, NiftiParser.Layout(header, reader).Load(reader));
    }

    private static bool IsGzip(Stream stream)
    {
        Span<byte> head = stackalloc byte[2];
        long start = stream.Position;
        int read = stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        stream.Position = start;
        return read == head.Length && head is [0x1f, 0x8b];
    }
}
