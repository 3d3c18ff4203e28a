using System.Globalization;
using System.Text;

namespace MrfSimd.Perf;

/// <summary>A report of tables, written as Markdown.</summary>
internal sealed class MarkdownReport
{
    private readonly StringBuilder _text = new();

    /// <summary>Begins a report with its title and how it was made.</summary>
    public MarkdownReport(string title, string verb)
    {
        _text.AppendLine(CultureInfo.InvariantCulture, $"# {title}");
        _text.AppendLine();
        _text.AppendLine(CultureInfo.InvariantCulture, $"Written by `dotnet run -c Release --project perf/MrfSimd.Perf -- accuracy {verb}`; not edited by hand.");
        _text.AppendLine(CultureInfo.InvariantCulture, $"{Machine.Cpu}, {SimdDispatch.Level}, {System.Runtime.InteropServices.RuntimeInformation.FrameworkDescription}.");
    }

    /// <summary>A paragraph.</summary>
    public void Paragraph(string text)
    {
        _text.AppendLine();
        _text.AppendLine(text);
    }

    /// <summary>A table with its heading.</summary>
    public void Table(string heading, string[] columns, IEnumerable<string[]> rows)
    {
        _text.AppendLine();
        _text.AppendLine(CultureInfo.InvariantCulture, $"## {heading}");
        _text.AppendLine();
        _text.AppendLine(CultureInfo.InvariantCulture, $"| {string.Join(" | ", columns)} |");
        _text.AppendLine(CultureInfo.InvariantCulture, $"|{string.Concat(columns.Select(_ => "---|"))}");
        foreach (string[] row in rows) _text.AppendLine(CultureInfo.InvariantCulture, $"| {string.Join(" | ", row)} |");
    }

    /// <summary>Writes the file and shows it.</summary>
    public void Write(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        File.WriteAllText(path, _text.ToString());
        Console.Write(_text.ToString());
        Console.WriteLine($"Written to {path}.");
    }
}
