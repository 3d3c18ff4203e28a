namespace MrfSimd.Fingerprinting;

/// <summary>The codes of <see cref="BrainTissues.BrainWeb"/> that the procedural head uses.</summary>
internal static class HeadLabel
{
    public const int Background = 0, Csf = 1, Grey = 2, White = 3, Fat = 4, Muscle = 5, Skin = 6, Skull = 7, Connective = 9;
}
