using MrfSimd.Fingerprinting;
using MrfSimd.IO;

namespace MrfSimd.Tests.Fingerprinting;

public class PhantomTests
{
    private static int CountOf(Phantom phantom, int label) => phantom.Labels!.Count(l => l == label);

    [Theory]
    [InlineData(64, 1)]
    [InlineData(256, 2)]
    [InlineData(301, 12)]
    public void Head_AnySizeAndSeed_HasTheSharesOfBrainWeb(int size, int seed)
    {
        Phantom head = Phantom.Head(size, (ulong)seed);
        double brain = head.BrainMask.Count(inside => inside);
        double tolerance = 3 / brain; // each border is placed to the voxel, three borders
        Assert.Equal(0.14, CountOf(head, 1) / brain, tolerance);
        Assert.Equal(0.45, CountOf(head, 2) / brain, tolerance);
        Assert.Equal(0.41, CountOf(head, 3) / brain, tolerance);
    }

    [Fact]
    public void Head_Default_ShowsEveryLayerOfAHeadFromOutsideIn()
    {
        Phantom head = Phantom.Head();
        Assert.Equal((256, 256), (head.Truth.Width, head.Truth.Height));
        string[] expected = ["background", "skin", "fat", "muscle", "skull", "CSF", "grey matter", "white matter"];
        // From the left edge to the middle, along the row through the temples.
        List<string> met = [];
        for (int x = 0; x < 128; x++)
        {
            string name = head.Tissues!.Find(head.Labels![102 * 256 + x])!.Name;
            if (!met.Contains(name)) met.Add(name);
        }
        Assert.Equal(expected, met.Where(expected.Contains));
        Assert.Equal(0, head.Truth.ProtonDensity[0]);
    }

    [Fact]
    public void Head_SameSeed_IsTheSame_AndAnotherSeedFoldsAnotherWay()
    {
        Phantom first = Phantom.Head(96, 3), again = Phantom.Head(96, 3), other = Phantom.Head(96, 4);
        Assert.Equal(first.Labels, again.Labels);
        Assert.NotEqual(first.Labels, other.Labels);
    }

    [Fact]
    public void Truth_OfAVoxel_IsItsTissueAndTheRamp()
    {
        Phantom head = Phantom.Head(64);
        int width = head.Truth.Width;
        for (int i = 0; i < head.Truth.Count; i++)
        {
            LabeledTissue tissue = BrainTissues.BrainWeb.Find(head.Labels![i])!;
            Assert.Equal((float)tissue.T1, head.Truth.T1Seconds[i]);
            Assert.Equal((float)tissue.T2, head.Truth.T2Seconds[i]);
            Assert.Equal((float)tissue.ProtonDensity, head.Truth.ProtonDensity[i]);
            Assert.Equal((float)(-60 + 120.0 * (i % width) / (width - 1)), head.Truth.OffResonanceHz[i]);
            Assert.Equal(1, head.Truth.B1[i]);
            Assert.Equal(tissue.ProtonDensity > 0, head.SignalMask[i]);
            Assert.Equal(tissue.Label is 1 or 2 or 3, head.BrainMask[i]);
        }
    }

    [Fact]
    public void FromLabels_UnknownLabel_NamesItAndItsPlace()
    {
        var error = Assert.Throws<ArgumentException>(() => Phantom.FromLabels("test", [0, 1, 2, 77], 2, 2, BrainTissues.BrainWeb));
        Assert.Contains("77 at row 1, column 1", error.Message);
    }

    [Theory]
    [InlineData("CSF", true)]
    [InlineData("Grey matter", true)]
    [InlineData("gray", true)]
    [InlineData("white", true)]
    [InlineData("fat", false)]
    [InlineData("around fat", false)]
    public void IsBrain_Name_IsCsfGreyOrWhite(string name, bool expected) =>
        Assert.Equal(expected, BrainTissues.IsBrain(new LabeledTissue(1, name, 1, 0.1, 1)));

    [Fact]
    public void FromMaps_Floats_KeepsThemWhereThereIsSignal()
    {
        Phantom phantom = Phantom.FromMaps("maps", [0.8f, 1.2f], [0.08f, 0.1f], [0.9f, 0], 2, 1);
        Assert.Equal([0.8f, 0], phantom.Truth.T1Seconds);
        Assert.Equal([true, false], phantom.SignalMask);
        Assert.DoesNotContain(true, phantom.BrainMask);
        Assert.Throws<InvalidOperationException>(() => phantom.MaskOf(BrainTissues.BrainWeb.Tissues[1]));
    }

    [Theory]
    [InlineData(0.1f, 0.21f, 1f)]
    [InlineData(0.1f, 0f, 1f)]
    [InlineData(float.NaN, 0.1f, 1f)]
    [InlineData(float.PositiveInfinity, 0.1f, 1f)]
    [InlineData(1f, 0.1f, -1f)]
    [InlineData(1f, 0.1f, float.NaN)]
    public void FromMaps_ImpossibleTissue_IsRefused(float t1, float t2, float density) =>
        Assert.Throws<ArgumentException>(() => Phantom.FromMaps("maps", [t1], [t2], [density], 1, 1));

    [Fact]
    public void SmoothB1_OverAMap_StaysNearNominalAndChangesSlowly()
    {
        float[] field = new float[100 * 80];
        FieldMaps.SmoothB1(field, 100);
        Assert.InRange(field.Min(), 0.7f, 0.9f);
        Assert.InRange(field.Max(), 1.0f, 1.2f);
        for (int i = 1; i < field.Length; i++)
            if (i % 100 != 0) Assert.InRange(MathF.Abs(field[i] - field[i - 1]), 0, 0.01f);
    }
}
