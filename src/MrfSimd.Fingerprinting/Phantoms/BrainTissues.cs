using MrfSimd.IO;

namespace MrfSimd.Fingerprinting;

/// <summary>The tissues of a head, and which of them are brain.</summary>
public static class BrainTissues
{
    /// <summary>
    /// The classes of the BrainWeb phantom at 1.5 T, from its own table of tissue parameters (Collins et al. 1998). Skin has the
    /// times of fluid there, and bone no signal.
    /// </summary>
    public static LabelTable BrainWeb { get; } = new("BrainWeb, 1.5 T",
    [
        new(0, "background", 0, 0, 0),
        new(1, "CSF", 2.569, 0.329, 1.00),
        new(2, "grey matter", 0.833, 0.083, 0.86),
        new(3, "white matter", 0.500, 0.070, 0.77),
        new(4, "fat", 0.350, 0.070, 1.00),
        new(5, "muscle", 0.900, 0.047, 1.00),
        new(6, "skin", 2.569, 0.329, 1.00),
        new(7, "skull", 0, 0, 0),
        new(8, "glial matter", 0.833, 0.083, 0.86),
        new(9, "marrow and connective", 0.500, 0.070, 0.77),
        new(10, "lesion", 0.752, 0.237, 0.76),
    ]);

    /// <summary>Whether a tissue belongs to the brain mask: CSF, grey (gray) or white matter, told by the beginning of its name in any case.</summary>
    public static bool IsBrain(LabeledTissue tissue) =>
        tissue.Name.StartsWith("csf", StringComparison.OrdinalIgnoreCase) || tissue.Name.StartsWith("grey", StringComparison.OrdinalIgnoreCase)
        || tissue.Name.StartsWith("gray", StringComparison.OrdinalIgnoreCase) || tissue.Name.StartsWith("white", StringComparison.OrdinalIgnoreCase);
}
