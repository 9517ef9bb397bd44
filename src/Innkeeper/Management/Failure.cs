using System.Text.Json.Serialization;
using Innkeeper.Wire;

namespace Innkeeper.Management;

/// <summary>Why an operation was not carried out. As JSON, `error` names the kind.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "error")]
[JsonDerivedType(typeof(NotFound), "not_found")]
[JsonDerivedType(typeof(Ambiguous), "ambiguous")]
[JsonDerivedType(typeof(Conflict), "conflict")]
[JsonDerivedType(typeof(Invalid), "invalid")]
[JsonDerivedType(typeof(Rejected), "rejected")]
[JsonDerivedType(typeof(Forbidden), "forbidden")]
[JsonDerivedType(typeof(Unavailable), "unavailable")]
[JsonDerivedType(typeof(Changed), "changed")]
[JsonDerivedType(typeof(Unauthenticated), "unauthenticated")]
[JsonDerivedType(typeof(Throttled), "throttled")]
internal abstract record Failure
{
    /// <summary>One sentence for people, without the words of any one client.</summary>
    public abstract string Message { get; }

    /// <summary>The name of the kind, as `error` in JSON.</summary>
    [JsonIgnore]
    public string Code => Events.Counters.ToSnakeCase(GetType().Name);
}

/// <summary>It does not exist.</summary>
/// <param name="What">"device", "profile" …</param>
/// <param name="Name">The name or value in the request.</param>
/// <param name="Nearest">The most similar name; null: no name is similar.</param>
/// <param name="Known">All that exist, where they are few.</param>
/// <param name="Note">A hint at the reason; null: none.</param>
internal sealed record NotFound(string What, string Name, string? Nearest = null, IReadOnlyList<string>? Known = null, string? Note = null) : Failure
{
    public override string Message => $"there is no {What} {SafeText.Shorten(Name)}{(Note is null ? "" : $"; {Note}")}" + (
        Nearest is not null ? $"; did you mean {SafeText.Shorten(Nearest)}?"
        : Known is { Count: > 0 } ? $"; there are {string.Join(", ", Known)}"
        : "");
}

/// <summary>Several devices match.</summary>
/// <param name="Candidates">Up to five of them.</param>
/// <param name="Count">How many there are.</param>
internal sealed record Ambiguous(string What, string Name, IReadOnlyList<string> Candidates, int Count) : Failure
{
    public override string Message => $"{Count} {What}s match {SafeText.Shorten(Name)}: {string.Join(", ", Candidates)}; give the MAC of one";
}

/// <summary>Another device has it, or something else conflicts with the request.</summary>
/// <param name="Value">The name or value in the request.</param>
/// <param name="With">The MAC of the device that it is kept for, or the name of the other thing.</param>
/// <param name="WithName">That device's name, if it has one.</param>
/// <param name="Note">The conflict in words, where it is none between devices; null: it is one.</param>
internal sealed record Conflict(string Value, string With, string? WithName = null, string? Note = null) : Failure
{
    public override string Message => Note ?? $"{Value} is kept for {With}{(WithName is null ? "" : $" ({WithName})")}";
}

/// <summary>A value is wrong in itself.</summary>
/// <param name="Given">Null: nothing was given.</param>
/// <param name="Expected">A description of valid values.</param>
internal sealed record Invalid(string Field, string? Given, string Expected) : Failure
{
    public override string Message => Given is null ? $"{Field} is missing; give {Expected}" : $"{(Given.Length == 0 ? "\"\"" : SafeText.Shorten(Given))} is not a valid {Field}; give {Expected}";
}

/// <summary>The configuration has errors. The active one is unchanged.</summary>
/// <param name="Errors">Every error, one line each, as a check of the file prints it.</param>
internal sealed record Rejected(IReadOnlyList<string> Errors) : Failure
{
    public override string Message => "the active configuration is unchanged";
}

/// <summary>The actor lacks a permission.</summary>
/// <param name="Needs">"viewer", "operator" or "admin".</param>
/// <param name="Note">The nearest thing that the actor may do; null: there is none.</param>
internal sealed record Forbidden(string Needs, string Actor, string? Note = null) : Failure
{
    public override string Message => $"{Actor} lacks the permission {Needs}{(Note is null ? "" : $"; {Note}")}";
}

/// <summary>It cannot be done now.</summary>
internal sealed record Unavailable(string Reason) : Failure
{
    public override string Message => Reason;
}

/// <summary>It was changed since the client read it (If-Match, RFC 9110 section 13.1.1). Nothing was done.</summary>
/// <param name="What">"device", "configuration", "user" …</param>
internal sealed record Changed(string What, string Name) : Failure
{
    public override string Message => $"the {What} {SafeText.Shorten(Name)} was changed meanwhile; read it again and repeat the change";
}

/// <summary>The client is not signed in, or its name and password, session or token do not fit.</summary>
internal sealed record Unauthenticated(string Reason) : Failure
{
    public override string Message => Reason;
}

/// <summary>The client asked too often; it can ask again later (429, RFC 6585 section 4).</summary>
/// <param name="RetryAfter">Whole seconds.</param>
internal sealed record Throttled(int RetryAfter, string Reason) : Failure
{
    public override string Message => $"{Reason}; try again in {RetryAfter} s";
}
