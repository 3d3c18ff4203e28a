using System.CommandLine;
using System.Globalization;
using MrfSimd.IO;
using ScottPlot;
using ScottPlot.Colormaps;

namespace MrfSimd.Cli;

/// <summary><c>mrfsimd plot</c>: maps, or slices of any arrays, as a picture with colour bars and units.</summary>
internal static class PlotCommand
{
    private const int MostPanels = 12;

    /// <summary>The window ends where this share of the values lies within it: a few wild voxels do not darken the rest.</summary>
    private const double WindowShare = 0.98;

    private static readonly (string Name, Func<IColormap> Make)[] s_colours =
    [
        ("inferno", () => new Inferno()),
        ("viridis", () => new Viridis()),
        ("turbo", () => new Turbo()),
        ("gray", () => new Grayscale()),
        ("balance", () => new Balance()),
    ];

    public static Command Create(ToolContext context)
    {
        Argument<string[]> maps = new("MAPS")
        {
            Description = $"one map or several, side by side: {string.Join(' ', ArrayInput.Endings)}; the first two axes are rows and columns",
            Arity = new ArgumentArity(1, MostPanels),
        };
        Option<string> output = new("--out") { Description = "picture to write, .png", HelpName = "FILE.png", Required = true };
        Option<string?> array = new("--array") { Description = "which array of a file that holds several", HelpName = "NAME" };
        Option<int[]> slice = Numbers<int>("--slice", "N,...", "index along each axis after the first two (default: the middle)");
        Option<double[]> window = Numbers<double>("--window", "LOW,HIGH",
            "values at the ends of the colour bar (default: from 0, or symmetric about 0 if there are negative values, " +
            $"to where {100 * WindowShare:f0} % of the values lie within)");
        Option<string?> colours = new("--colors") { Description = "colour map (default: inferno, or balance if there are negative values)" };
        colours.AcceptOnlyFromAmong([.. s_colours.Select(entry => entry.Name)]);
        Option<ComplexPart> part = new("--part") { Description = "what to show of complex numbers" };
        Option<bool> quiet = new("--quiet") { Description = "no summary" };
        Command command = new(
            "plot", "Draw maps as PNG with colour bars and units. Example: mrfsimd plot maps/t1_ms.nii maps/t2_ms.nii --window 0,2000 --out maps.png")
        {
            maps, output, array, slice, window, colours, part, quiet,
        };
        command.SetAction(line =>
        {
            string target = line.GetRequiredValue(output);
            if (!target.EndsWith(".png", StringComparison.OrdinalIgnoreCase))
                throw new UsageException($"--out is '{target}': expected a file that ends in .png.");
            double[] ends = line.GetValue(window) ?? [];
            if (ends.Length is not (0 or 2) || (ends is [var low, var high] && !(low < high)))
                throw new UsageException("--window: expected two numbers, the lower one first.");
            OutputFolder.Prepare(Path.GetDirectoryName(Path.GetFullPath(target))!);
            SlicePicture[] pictures = [.. line.GetRequiredValue(maps)
                .Select(path => SlicePicture.Read(path, line.GetValue(array), line.GetValue(slice) ?? [], line.GetValue(part)))];
            byte[] png = Draw(pictures, ends, line.GetValue(colours), context.Cancellation);
            AtomicFile.Write(target, stream => stream.Write(png));
            if (!line.GetValue(quiet)) context.Output.WriteLine($"Wrote {target}.");
        });
        return command;
    }

    private static byte[] Draw(SlicePicture[] pictures, double[] window, string? colours, CancellationToken cancellation)
    {
        Multiplot figure = new() { Layout = new ScottPlot.MultiplotLayouts.Columns() };
        figure.AddPlots(pictures.Length);
        for (int i = 0; i < pictures.Length; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            SlicePicture picture = pictures[i];
            ScottPlot.Range range = window is [var low, var high] ? new(low, high) : WindowOf(picture.Pixels);
            string name = colours ?? (range.Min < 0 && range.Max > 0 ? "balance" : "inferno");
            MapFigure.Panel(
                figure.GetPlot(i), picture.Title, picture.Unit, picture.Pixels, Array.Find(s_colours, entry => entry.Name == name).Make(), range);
        }
        return MapFigure.Encode(figure, pictures.Length);
    }

    /// <summary>Zeros do not count: most of them are no signal.</summary>
    private static ScottPlot.Range WindowOf(double[,] pixels)
    {
        double[] values = [.. pixels.Cast<double>().Where(value => double.IsFinite(value) && value != 0)];
        double[] sizes = [.. values.Select(Math.Abs).Order()];
        double high = sizes.Length == 0 ? 1 : sizes[Math.Min(sizes.Length - 1, (int)(WindowShare * sizes.Length))];
        return new(values.Any(value => value < 0) ? -high : 0, high);
    }

    private static Option<T[]> Numbers<T>(string name, string help, string description) where T : IParsable<T> => new(name)
    {
        Description = description,
        HelpName = help,
        CustomParser = result =>
        {
            List<T> numbers = [];
            string text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
            foreach (string word in text.Split(','))
            {
                if (T.TryParse(word, CultureInfo.InvariantCulture, out T? number)) numbers.Add(number);
                else result.AddError($"{name} is '{text}': expected {help}.");
            }
            return [.. numbers];
        },
    };
}
