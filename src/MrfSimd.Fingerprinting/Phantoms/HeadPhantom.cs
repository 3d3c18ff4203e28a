namespace MrfSimd.Fingerprinting;

/// <summary>Draws the label map of the procedural head from its anatomy.</summary>
internal static class HeadPhantom
{
    // Shares of the brain's area in the BrainWeb slice that the published experiments use.
    private const double CsfShare = 0.14, GreyShare = 0.45;

    // Beyond this distance from the pial surface nothing but white matter and nuclei is found.
    private const double DeepestRibbon = 9;

    public static int[] Draw(int size, ulong seed)
    {
        SmoothNoise noise = new(new CounterRandom(seed, stream: 0));
        SulcalPattern sulci = new(new CounterRandom(seed, stream: 1));
        HeadAnatomy anatomy = new(noise);
        double pixel = 2 * HeadAnatomy.HalfFieldOfView / size;
        double Coordinate(int index) => (index + 0.5) * pixel - HeadAnatomy.HalfFieldOfView;
        double[] pial = sulci.DistanceMap(size, Coordinate, pixel, DeepestRibbon);

        int[] labels = new int[size * size];
        List<int> cortexOrWhite = [];
        int ventricles = 0, nuclei = 0;
        for (int i = 0; i < labels.Length; i++)
        {
            double x = Coordinate(i % size), y = Coordinate(i / size), depth = HeadAnatomy.HullDepth(x, y);
            if (depth < 0) labels[i] = anatomy.LayerOutside(x, y, -depth);
            else
            {
                // Deep structures get a hand-drawn edge: half a millimetre of noise.
                double wobble = 0.5 * noise.At(x, y, wavelength: 11);
                if (HeadAnatomy.VentricleDepth(x, y) + wobble > 0) { labels[i] = HeadLabel.Csf; ventricles++; }
                else if (HeadAnatomy.NucleusDepth(x, y) + wobble > 0) { labels[i] = HeadLabel.Grey; nuclei++; }
                else cortexOrWhite.Add(i);
                // Fluid lies over the brain, thicker here and there.
                double fluid = 1.7 + 0.9 * noise.At(x, y, wavelength: 33);
                pial[i] = Math.Min(pial[i], depth - fluid) + 0.5 * noise.At(x, y, wavelength: 14);
            }
        }
        FillByDistance(labels, pial, cortexOrWhite, ventricles, nuclei);
        return labels;
    }

    /// <summary>
    /// Fluid nearest to (or beyond) the pial surface, then the grey ribbon, then white matter; the two borders lie where the shares of
    /// the area come out right, which the geometry meets close to a distance of 0 and 3 mm.
    /// </summary>
    private static void FillByDistance(int[] labels, double[] pial, List<int> voxels, int ventricles, int nuclei)
    {
        int brain = voxels.Count + ventricles + nuclei;
        int fluid = Math.Max(0, (int)(CsfShare * brain) - ventricles), ribbon = Math.Max(0, (int)(GreyShare * brain) - nuclei);
        // Ties by index: the order does not depend on the sorting algorithm.
        voxels.Sort((a, b) => pial[a] != pial[b] ? pial[a].CompareTo(pial[b]) : a.CompareTo(b));
        for (int rank = 0; rank < voxels.Count; rank++)
            labels[voxels[rank]] = rank < fluid ? HeadLabel.Csf : rank < fluid + ribbon ? HeadLabel.Grey : HeadLabel.White;
    }
}
