using MrfSimd.Fingerprinting;

namespace MrfSimd.Tests.Fingerprinting;

public class ParameterGridTests
{
    [Fact]
    public void Ma_HasThePublishedAtomsAndMemory()
    {
        Assert.Equal(563_784, ParameterGrid.Ma.Count);
        Assert.Equal(3336, ParameterGrid.MaOnResonance.Count);
        Assert.Equal(563_784L * 500 * 8, ParameterGrid.Ma.DictionaryBytes(500));
        Assert.Equal("563784 atoms: 3336 pairs of 106 T1 and 36 T2, 169 off-resonances, 1 B1", ParameterGrid.Ma.ToString());
    }

    [Fact]
    public void IndexOf_ThePositionOfEveryAtom_IsTheAtom()
    {
        ParameterGrid grid = new([0.1, 0.2, 1], [0.05, 0.15, 0.3, 1], [-10, 0, 20], [0.8, 1, 1.2]);
        for (int atom = 0; atom < grid.Count; atom++)
        {
            (int t1, int t2, int offResonance, int b1) = grid.Position(atom);
            Assert.Equal(atom, grid.IndexOf(t1, t2, offResonance, b1));
            AtomParameters expected = new((float)grid.T1Seconds[t1], (float)grid.T2Seconds[t2], (float)grid.OffResonanceHz[offResonance], (float)grid.B1[b1]);
            Assert.Equal(expected, grid[atom]);
            Assert.True(expected.T1Seconds >= expected.T2Seconds);
        }
        Assert.Equal((1 + 2 + 4) * 9, grid.Count);
        Assert.Equal(ParameterGrid.NoAtom, grid.IndexOf(0, 1, 0));
    }

    [Fact]
    public void AtB1_KeepsTheTissues()
    {
        ParameterGrid grid = SmallGrid.Grid.AtB1(0.9);
        Assert.Equal(SmallGrid.Grid.Count, grid.Count);
        Assert.Equal(SmallGrid.Grid[17] with { B1 = 0.9f }, grid[17]);
    }

    [Fact]
    public void Logarithmic_StepsByTheRatio()
    {
        ParameterGrid grid = ParameterGrid.Logarithmic(0.05, [0]);
        Assert.Equal(0.09, grid.T1Seconds[0]);
        Assert.InRange(grid.T1Seconds[^1], 5.2 / 1.05, 5.2);
        for (int i = 1; i < grid.T2Seconds.Length; i++) Assert.Equal(1.05, grid.T2Seconds[i] / grid.T2Seconds[i - 1], 12);
    }

    [Fact]
    public void Constructor_BadAxis_NamesTheValue()
    {
        Assert.Contains("t1Seconds[1] is 0.5", Assert.Throws<ArgumentException>(() => new ParameterGrid([1, 0.5], [0.1], [0])).Message);
        Assert.Contains("t2Seconds[0] is 0", Assert.Throws<ArgumentException>(() => new ParameterGrid([1], [0], [0])).Message);
        Assert.Contains("offResonanceHz[0] is NaN", Assert.Throws<ArgumentException>(() => new ParameterGrid([1], [0.1], [double.NaN])).Message);
        Assert.Contains("offResonanceHz is empty", Assert.Throws<ArgumentException>(() => new ParameterGrid([1], [0.1], [])).Message);
        Assert.Contains("smallest T2", Assert.Throws<ArgumentException>(() => new ParameterGrid([0.1], [0.2], [0])).Message);
        Assert.Contains("place", Assert.Throws<ArgumentException>(() => SmallGrid.Grid.IndexOf(0, 0, 5)).Message);
        Assert.Throws<ArgumentException>(() => SmallGrid.Grid[SmallGrid.Grid.Count]);
    }

    [Fact]
    public void Blocks_ThatAreNoPartition_AreRefused()
    {
        Assert.Throws<ArgumentException>(() => new AtomBlocks([0, 1, 1], [0, 3]));
        Assert.Throws<ArgumentException>(() => new AtomBlocks([1, 0], [0, 2]));
        Assert.Throws<ArgumentException>(() => new AtomBlocks([0, 1], [0, 1]));
        Assert.Throws<ArgumentException>(() => new AtomBlocks([0, 1], [0, 1, 1, 2]));
        AtomBlocks blocks = AtomBlocks.Consecutive(10, 4);
        Assert.Equal((3, 10, 4), (blocks.Count, blocks.AtomCount, blocks.LargestBlock));
        Assert.Equal([8, 9], blocks[2].ToArray());
    }
}
