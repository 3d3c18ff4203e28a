namespace MrfSimd.Fingerprinting;

/// <summary>
/// The folds of the cortex: fissures at their anatomical places and sulci that grow inwards from the brain's hull, wander, branch, and
/// stop before they touch each other or the deep structures. What matters of it is the distance to the pial surface, because the grey
/// ribbon is all that lies within its thickness of that surface.
/// </summary>
internal sealed class SulcalPattern
{
    private const double Step = 0.5;

    // Two ribbons of 3 mm and the white blade of a gyrus between neighbouring sulci.
    private const double Clearance = 5.6;

    private readonly record struct Point(double X, double Y, double HalfWidth, int Sulcus);

    private readonly List<Point> _points = [];
    private readonly CounterRandom _random;
    private int _sulci;
    private uint _draws;

    public SulcalPattern(CounterRandom random)
    {
        _random = random;
        AddFissures();
        GrowFromTheHull(count: 20, shortest: 16, longest: 34);
        GrowFromTheMidline();
        BranchAll(shortest: 6, longest: 11);
    }

    /// <summary>Distance from a point to the nearest fold, less the fold's half width; at most <paramref name="limit"/>.</summary>
    public double[] DistanceMap(int size, Func<int, double> coordinate, double pixel, double limit)
    {
        double[] map = new double[size * size];
        Array.Fill(map, limit);
        int reach = (int)Math.Ceiling(limit / pixel) + 1;
        double origin = coordinate(0);
        foreach (Point point in _points)
        {
            int column = (int)Math.Round((point.X - origin) / pixel), row = (int)Math.Round((point.Y - origin) / pixel);
            for (int y = Math.Max(0, row - reach); y <= Math.Min(size - 1, row + reach); y++)
            {
                for (int x = Math.Max(0, column - reach); x <= Math.Min(size - 1, column + reach); x++)
                {
                    double distance = Distance(point, coordinate(x), coordinate(y)) - point.HalfWidth;
                    if (distance < map[y * size + x]) map[y * size + x] = distance;
                }
            }
        }
        return map;
    }

    private void AddFissures()
    {
        // Between the hemispheres, in front of the corpus callosum and behind it.
        AddCurve(0.9, 0.5, (0, -84), (0.8, -66), (-0.6, -52), (0, -41));
        AddCurve(0.9, 0.6, (0, 84), (-0.8, 68), (0.6, 56), (0, 42));
        foreach (int side in (ReadOnlySpan<int>)[-1, 1])
        {
            // The lateral (Sylvian) fissure and the circular sulcus around the insula.
            AddCurve(1.9, 1.2, (side * 66, -22), (side * 54, -17), (side * 45, -11), (side * 38.5, -9));
            AddCurve(0.9, 0.9, (side * 34.5, -24), (side * 37.5, -16), (side * 38.5, -6), (side * 37.5, 4), (side * 40, 13));
        }
    }

    private void GrowFromTheHull(int count, double shortest, double longest)
    {
        foreach (int side in (ReadOnlySpan<int>)[-1, 1])
        {
            for (int i = 0; i < count; i++)
            {
                double angle = Math.PI * (i + 0.8 + 0.4 * (Draw() - 0.5)) / (count + 0.6);
                (double x, double y) = HeadAnatomy.HullPoint(side * angle);
                // Inwards, between the normal and the way to the middle, a little askew.
                double heading = Math.Atan2(-y * 0.75, -x) + 0.4 * (Draw() - 0.5);
                // Deep and shallow sulci take turns.
                double length = i % 2 == 0 ? longest * (0.8 + 0.3 * Draw()) : shortest * (0.7 + 0.5 * Draw());
                Grow(x, y, heading, length, 0.75);
            }
        }
    }

    private void GrowFromTheMidline()
    {
        foreach (int side in (ReadOnlySpan<int>)[-1, 1])
            foreach (int y in (ReadOnlySpan<int>)[-72, -61, -50, 49, 59, 70])
                Grow(0, y + 3 * (Draw() - 0.5), side > 0 ? 0.4 * (Draw() - 0.5) : Math.PI + 0.4 * (Draw() - 0.5), 9 + 7 * Draw(), 0.5);
    }

    /// <summary>A side branch from about the middle of every sulcus that has room for one.</summary>
    private void BranchAll(double shortest, double longest)
    {
        int trunks = _sulci;
        for (int sulcus = 0; sulcus < trunks; sulcus++)
        {
            List<Point> trunk = _points.FindAll(point => point.Sulcus == sulcus);
            for (int at = trunk.Count * 2 / 5; at < trunk.Count - 2; at += (int)(9 / Step))
            {
                Point from = trunk[at], next = trunk[at + 1];
                double along = Math.Atan2(next.Y - from.Y, next.X - from.X);
                double turn = (Draw() < 0.5 ? -1 : 1) * (0.9 + 0.5 * Draw());
                Grow(from.X, from.Y, along + turn, shortest + (longest - shortest) * Draw(), 0.45, parent: sulcus);
            }
        }
    }

    private void Grow(double x, double y, double heading, double length, double halfWidth, int parent = -1)
    {
        int sulcus = _sulci++;
        double phase = 2 * Math.PI * Draw(), wave = 11 + 8 * Draw(), bend = 0.3 + 0.3 * Draw();
        List<Point> grown = [];
        for (double s = 0; s < length; s += Step)
        {
            double direction = heading + bend * (Math.Sin(2 * Math.PI * s / wave + phase) - Math.Sin(phase));
            x += Step * Math.Cos(direction);
            y += Step * Math.Sin(direction);
            if (s > 3 && !HasRoom(x, y, sulcus, parent, s)) break;
            grown.Add(new Point(x, y, halfWidth * (1 - 0.5 * s / length), sulcus));
        }
        // A stub would be a dent, not a fold.
        if (grown.Count * Step > 3.5) _points.AddRange(grown);
    }

    private bool HasRoom(double x, double y, int sulcus, int parent, double grown)
    {
        if (HeadAnatomy.VentricleDepth(x, y) > -8 || HeadAnatomy.NucleusDepth(x, y) > -6) return false;
        if (HeadAnatomy.HullDepth(x, y) < Math.Min(0.4 * grown, Clearance)) return false;
        foreach (Point point in _points)
        {
            if (point.Sulcus == sulcus || (point.Sulcus == parent && grown < 1.5 * Clearance)) continue;
            if (Distance(point, x, y) < Clearance) return false;
        }
        return true;
    }

    private void AddCurve(double startHalfWidth, double endHalfWidth, params ReadOnlySpan<(double X, double Y)> corners)
    {
        int sulcus = _sulci++;
        for (int i = 1; i < corners.Length; i++)
        {
            ((double ax, double ay), (double bx, double by)) = (corners[i - 1], corners[i]);
            int steps = (int)Math.Ceiling(Math.Sqrt((bx - ax) * (bx - ax) + (by - ay) * (by - ay)) / Step);
            for (int step = 0; step < steps; step++)
            {
                double t = (double)step / steps, along = (i - 1 + t) / (corners.Length - 1);
                _points.Add(new Point(ax + t * (bx - ax), ay + t * (by - ay), startHalfWidth + along * (endHalfWidth - startHalfWidth), sulcus));
            }
        }
    }

    private double Draw() => _random.Uniform(0, _draws++);

    private static double Distance(Point point, double x, double y) =>
        Math.Sqrt((point.X - x) * (point.X - x) + (point.Y - y) * (point.Y - y));
}
