namespace MrfSimd;

/// <summary>Work that is generic over the activation; see <see cref="ActivationCatalog"/>.</summary>
/// <typeparam name="TResult">What it returns.</typeparam>
public interface IActivationVisitor<out TResult>
{
    /// <summary>Does the work for one activation.</summary>
    TResult Visit<TActivation>() where TActivation : struct, IComplexActivation;
}

/// <summary>
/// The activations that the library ships, by name. A name read from a model file or a command line becomes a type argument through a
/// visitor; no reflection, so it survives trimming and ahead-of-time compilation.
/// </summary>
public static class ActivationCatalog
{
    private const int Count = 10;

    private static readonly string[] s_names = AllNames();

    /// <summary>The names of all activations.</summary>
    public static IReadOnlyList<string> Names => s_names;

    /// <summary>Runs the visitor for the activation of a name.</summary>
    /// <exception cref="ArgumentException">The name is unknown; the message lists all names.</exception>
    public static TResult Visit<TVisitor, TResult>(string name, TVisitor visitor) where TVisitor : IActivationVisitor<TResult>
    {
        int ordinal = Array.IndexOf(s_names, name);
        if (ordinal < 0) Check.Fail(nameof(name), $"'{name}'", $"expected one of {string.Join(", ", s_names)}");
        return Visit<TVisitor, TResult>(ordinal, visitor);
    }

    private static string[] AllNames()
    {
        string[] names = new string[Count];
        for (int ordinal = 0; ordinal < Count; ordinal++) names[ordinal] = Visit<NameVisitor, string>(ordinal, default);
        return names;
    }

    private static TResult Visit<TVisitor, TResult>(int ordinal, TVisitor visitor) where TVisitor : IActivationVisitor<TResult> => ordinal switch
    {
        0 => visitor.Visit<Identity>(),
        1 => visitor.Visit<Cardioid>(),
        2 => visitor.Visit<Siglog>(),
        3 => visitor.Visit<SeparableSigmoid>(),
        4 => visitor.Visit<SplitRelu>(),
        5 => visitor.Visit<SplitSilu>(),
        6 => visitor.Visit<SplitTanh>(),
        7 => visitor.Visit<ZRelu>(),
        8 => visitor.Visit<ModRelu>(),
        _ => visitor.Visit<Modulus>(),
    };

    private readonly struct NameVisitor : IActivationVisitor<string>
    {
        public string Visit<TActivation>() where TActivation : struct, IComplexActivation => TActivation.Name;
    }
}
