namespace Innkeeper.Configuration;

/// <summary>[state]: what is kept on disk.</summary>
internal sealed record StateConfig
{
    /// <summary>The folder of the database.</summary>
    public string Directory { get; init; } = "/var/lib/innkeeper";
}
