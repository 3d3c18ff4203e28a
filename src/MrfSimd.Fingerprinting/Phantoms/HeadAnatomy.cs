namespace MrfSimd.Fingerprinting;

/// <summary>
/// The geometry of an axial slice through the basal ganglia, in millimetres about the middle of the head, x to the right and y to the
/// back: an egg-shaped brain hull, the layers around it, and the structures deep in it. Each is a depth: millimetres inside its border,
/// negative outside. Adult proportions from anatomy atlases; all formulas are our own.
/// </summary>
internal sealed class HeadAnatomy(SmoothNoise noise)
{
    // Half-axes of the brain hull; the exponent makes it a little boxier than an ellipse, the taper narrower in front.
    private const double HalfWidth = 68, HalfLength = 83, Exponent = 2.2, Taper = 0.09;

    /// <summary>Half of the field of view that holds the whole head.</summary>
    public const double HalfFieldOfView = 103;

    /// <summary>Depth inside the brain's hull (the inner table of the skull).</summary>
    public static double HullDepth(double x, double y)
    {
        double v = Math.Clamp(y / HalfLength, -1, 1);
        double u = x / (HalfWidth * (1 + Taper * v - 0.03 * v * v));
        double level = Math.Pow(Math.Pow(Math.Abs(u), Exponent) + Math.Pow(Math.Abs(y / HalfLength), Exponent), 1 / Exponent);
        // Distance along the radius; close to the normal distance because the hull is nearly round.
        double radius = Math.Sqrt(x * x + y * y);
        return level < 1e-9 ? HalfWidth : radius * (1 / level - 1);
    }

    /// <summary>The point of the hull in a direction, radians from the front, clockwise seen from above.</summary>
    public static (double X, double Y) HullPoint(double angle)
    {
        (double x, double y) = (Math.Sin(angle), -Math.Cos(angle));
        double radius = HalfWidth;
        // The depth is exact but for the taper, so a few steps settle it.
        for (int step = 0; step < 8; step++) radius += HullDepth(radius * x, radius * y);
        return (radius * x, radius * y);
    }

    /// <summary>The class of a point outside the brain's hull, at <paramref name="height"/> millimetres from it.</summary>
    public int LayerOutside(double x, double y, double height)
    {
        double angle = Math.Atan2(x, -y), side = Math.Abs(Math.Sin(angle)), wobble = noise.At(x, y, wavelength: 80);
        // The temporal muscle lies on the side of the skull, in front of the ear.
        double muscle = 4.5 * Math.Exp(-Square((Math.Abs(angle) - 1.15) / 0.45));
        double inner = 1.6 + 0.3 * wobble, marrow = Math.Max(0, 3.2 - 2.6 * side + 0.9 * wobble), outer = 1.7 - 0.2 * wobble;
        double fat = 1.9 + 0.4 * wobble, skin = 2.6;
        double level = height - inner;
        if (level < 0) return HeadLabel.Skull;
        if ((level -= marrow) < 0) return HeadLabel.Connective;
        if ((level -= outer) < 0) return HeadLabel.Skull;
        if ((level -= muscle) < 0) return noise.At(x, y, wavelength: 9) > 0.9 ? HeadLabel.Fat : HeadLabel.Muscle;
        if ((level -= fat) < 0) return HeadLabel.Fat;
        return level < skin ? HeadLabel.Skin : HeadLabel.Background;
    }

    /// <summary>Depth inside the ventricles: frontal horns, third ventricle, and the trigones running into the occipital horns.</summary>
    public static double VentricleDepth(double x, double y)
    {
        x = Math.Abs(x);
        double horn = Union(Capsule(x, y, 4.0, -10, 2.0, 6.6, -21, 3.4), Capsule(x, y, 6.6, -21, 3.4, 13.5, -31.5, 2.2));
        double trigone = Union(Capsule(x, y, 17.5, 26, 2.2, 24, 33, 4.6), Capsule(x, y, 24, 33, 4.6, 22.5, 55, 0.8));
        double third = Capsule(x, y, 0, -3, 1.3, 0, 15, 1.7);
        return Math.Max(third, Math.Max(horn, trigone));
    }

    /// <summary>Depth inside the deep grey nuclei: caudate head, thalamus, lentiform nucleus, claustrum.</summary>
    public static double NucleusDepth(double x, double y)
    {
        x = Math.Abs(x);
        double caudate = Ellipse(x, y, 13.6, -18.5, 4.3, 8.6, 0.55);
        double thalamus = Ellipse(x, y, 10.2, 9.5, 7.4, 12.5, -0.45);
        double lentiform = Ellipse(x, y, 23.5, -4, 5.6, 15.5, -0.22);
        double claustrum = Capsule(x, y, 31.6, -18, 0.6, 32.4, 8, 0.6);
        return Math.Max(Math.Max(caudate, thalamus), Math.Max(lentiform, claustrum));
    }

    private static double Capsule(double x, double y, double ax, double ay, double ar, double bx, double by, double br)
    {
        double dx = bx - ax, dy = by - ay;
        double t = Math.Clamp(((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy), 0, 1);
        return ar + t * (br - ar) - Math.Sqrt(Square(x - ax - t * dx) + Square(y - ay - t * dy));
    }

    /// <summary>The larger depth, rounded off where two shapes meet (polynomial smooth maximum over 3 mm).</summary>
    private static double Union(double a, double b)
    {
        double overlap = Math.Max(0, 1 - Math.Abs(a - b) / 3);
        return Math.Max(a, b) + 0.75 * overlap * overlap;
    }

    private static double Ellipse(double x, double y, double centreX, double centreY, double halfX, double halfY, double tilt)
    {
        (double sin, double cos) = Math.SinCos(tilt);
        double u = (cos * (x - centreX) - sin * (y - centreY)) / halfX, v = (sin * (x - centreX) + cos * (y - centreY)) / halfY;
        return (1 - Math.Sqrt(u * u + v * v)) * Math.Min(halfX, halfY);
    }

    private static double Square(double value) => value * value;
}
