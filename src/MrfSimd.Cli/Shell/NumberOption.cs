using System.CommandLine;
using System.Globalization;
using System.Numerics;

namespace MrfSimd.Cli;

/// <summary>Options that take a number from a range and say so when they are given something else.</summary>
internal static class NumberOption
{
    /// <summary>An option with a default.</summary>
    /// <param name="name">As typed, e.g. <c>--seed</c>.</param>
    /// <param name="standard">Value when it is not given.</param>
    /// <param name="low">Smallest value.</param>
    /// <param name="high">Largest value.</param>
    /// <param name="description">For the help.</param>
    public static Option<T> Create<T>(string name, T standard, T low, T high, string description) where T : INumber<T>
    {
        string kind = T.IsInteger(low) && typeof(T) != typeof(double) ? "a whole number" : "a number";
        return new Option<T>(name)
        {
            Description = description,
            HelpName = "N",
            DefaultValueFactory = _ => standard,
            CustomParser = result =>
            {
                string text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
                if (T.TryParse(text, CultureInfo.InvariantCulture, out T? value) && value >= low && value <= high) return value;
                result.AddError(FormattableString.Invariant($"{name} is '{text}': expected {kind} from {low} to {high}."));
                return standard;
            },
        };
    }
}
