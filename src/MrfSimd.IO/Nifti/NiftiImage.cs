namespace MrfSimd.IO;

/// <summary>Unit of voxel sizes and of the affine map.</summary>
public enum NiftiSpaceUnit
{
    /// <summary>Not said.</summary>
    Unknown = 0,
    /// <summary>Metres.</summary>
    Metre = 1,
    /// <summary>Millimetres.</summary>
    Millimetre = 2,
    /// <summary>Micrometres.</summary>
    Micrometre = 3,
}

/// <summary>Unit of the step along the fourth axis.</summary>
public enum NiftiTimeUnit
{
    /// <summary>Not said.</summary>
    Unknown = 0,
    /// <summary>Seconds.</summary>
    Second = 8,
    /// <summary>Milliseconds.</summary>
    Millisecond = 16,
    /// <summary>Microseconds.</summary>
    Microsecond = 24,
    /// <summary>Hertz.</summary>
    Hertz = 32,
    /// <summary>Parts per million.</summary>
    PartsPerMillion = 40,
    /// <summary>Radians per second.</summary>
    RadianPerSecond = 48,
}

/// <summary>Whose coordinates the affine map leads to.</summary>
public enum NiftiSpace
{
    /// <summary>Not said: the affine map holds voxel sizes only.</summary>
    Unknown = 0,
    /// <summary>The scanner's.</summary>
    Scanner = 1,
    /// <summary>Those of another scan of the same subject.</summary>
    Aligned = 2,
    /// <summary>The Talairach atlas.</summary>
    Talairach = 3,
    /// <summary>The MNI 152 template.</summary>
    Mni152 = 4,
}

/// <summary>An image of NIfTI-1: an array and where it lies in the patient.</summary>
public sealed class NiftiImage : IDisposable
{
    /// <summary>The first axes of an image: x, y and z.</summary>
    public const int SpaceAxes = 3;

    internal const int AffineLength = 12;

    /// <summary>An image of an array with unit voxels and no known place.</summary>
    /// <param name="data">Axes are x, y, z, time, then three more; at most 7. Disposed with the image.</param>
    public NiftiImage(DataArray data)
    {
        ArgumentNullException.ThrowIfNull(data);
        Data = data;
    }

    /// <summary>The voxels, x running fastest in the file. Values under a linear scale (scl_slope, scl_inter) are read scaled.</summary>
    public DataArray Data { get; }

    /// <summary>Step along each axis in <see cref="SpaceUnit"/> (x, y, z) and <see cref="TimeUnit"/> (fourth axis); 7 numbers above 0.</summary>
    public IReadOnlyList<double> Steps { get; init; } = [1, 1, 1, 1, 1, 1, 1];

    /// <summary>
    /// Where voxel (i, j, k) lies: rows of a 3 x 4 matrix times (i, j, k, 1) give x (to the right), y (to the front) and z (up).
    /// Null when writing: the steps alone. Read from the sform, else the qform, else the steps. The file holds single precision.
    /// </summary>
    public IReadOnlyList<double>? Affine { get; init; }

    /// <summary>Whose coordinates <see cref="Affine"/> leads to; <see cref="NiftiSpace.Unknown"/> writes no affine map.</summary>
    public NiftiSpace Space { get; init; } = NiftiSpace.Scanner;

    /// <summary>Unit of the first three steps and of the affine map.</summary>
    public NiftiSpaceUnit SpaceUnit { get; init; } = NiftiSpaceUnit.Millimetre;

    /// <summary>Unit of the fourth step.</summary>
    public NiftiTimeUnit TimeUnit { get; init; } = NiftiTimeUnit.Unknown;

    /// <summary>Free text, at most 79 bytes of UTF-8: say quantity and unit of the values here.</summary>
    public string Description { get; init; } = "";

    /// <summary>Other voxels in the same place: steps, units and affine map are this image's. Disposed with their own array.</summary>
    /// <param name="data">The voxels; axes x, y and z are those of this image.</param>
    /// <param name="description">Quantity and unit of the values.</param>
    public NiftiImage With(DataArray data, string description) => new(data)
    {
        Steps = Steps,
        Affine = Affine,
        Space = Space,
        SpaceUnit = SpaceUnit,
        TimeUnit = TimeUnit,
        Description = description,
    };

    /// <summary>Closes the file behind an opened image.</summary>
    public void Dispose() => Data.Dispose();
}
