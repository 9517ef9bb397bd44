using Innkeeper.Wire;

namespace Innkeeper.Doctor;

/// <summary>How bad a finding is.</summary>
internal enum Grade
{
    Ok,

    /// <summary>The gateway works, but not all of it, or not always.</summary>
    Warning,

    /// <summary>The gateway does not start, or devices are not served.</summary>
    Failure,
}

/// <summary>One line of the doctor's report.</summary>
/// <param name="Subject">The precondition, in a word or two.</param>
/// <param name="Seen">The state in which it was found: one line.</param>
/// <param name="Advice">The remedy; null: none is needed.</param>
internal sealed record Finding(Grade Grade, string Subject, string Seen, string? Advice)
{
    public static Finding Ok(string subject, string seen) => new(Grade.Ok, subject, SafeText.OneLine(seen), null);

    public static Finding Warning(string subject, string seen, string advice) => new(Grade.Warning, subject, SafeText.OneLine(seen), SafeText.OneLine(advice));

    public static Finding Failure(string subject, string seen, string advice) => new(Grade.Failure, subject, SafeText.OneLine(seen), SafeText.OneLine(advice));
}
