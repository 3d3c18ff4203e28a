using System.Net;
using System.Text;

namespace MrfSimd.Cli;

/// <summary>A table of a report, for Markdown and for HTML alike.</summary>
/// <param name="Title">Above it.</param>
/// <param name="Note">Below the title; empty for none.</param>
/// <param name="Headings">Of the columns; the first one is left-aligned.</param>
/// <param name="Rows">As many cells each as there are headings.</param>
internal sealed record ReportTable(string Title, string Note, IReadOnlyList<string> Headings, IReadOnlyList<IReadOnlyList<string>> Rows)
{
    public void WriteMarkdown(TextWriter output)
    {
        output.WriteLine($"## {Title}");
        output.WriteLine();
        if (Note.Length > 0) output.WriteLine($"{Note}\n");
        output.WriteLine($"| {string.Join(" | ", Headings)} |");
        output.WriteLine($"|---|{string.Concat(Enumerable.Repeat("---:|", Headings.Count - 1))}");
        foreach (IReadOnlyList<string> row in Rows) output.WriteLine($"| {string.Join(" | ", row)} |");
        output.WriteLine();
    }

    public void WriteHtml(StringBuilder html)
    {
        html.Append($"<h2>{WebUtility.HtmlEncode(Title)}</h2>");
        if (Note.Length > 0) html.Append($"<p>{WebUtility.HtmlEncode(Note)}</p>");
        html.Append("<table><tr>");
        foreach (string heading in Headings) html.Append($"<th>{WebUtility.HtmlEncode(heading)}</th>");
        html.Append("</tr>");
        foreach (IReadOnlyList<string> row in Rows)
        {
            html.Append("<tr>");
            foreach (string cell in row) html.Append($"<td>{WebUtility.HtmlEncode(cell)}</td>");
            html.Append("</tr>");
        }
        html.AppendLine("</table>");
    }
}
