namespace Innkeeper.Configuration;

/// <summary>[dataplane]: the kernel maps. (<c>DataPlaneConfig</c> is the structure that the programs read.)</summary>
internal sealed record DataPlaneSettings
{
    /// <summary>The mount point under which the maps are pinned.</summary>
    public string Bpffs { get; init; } = "/run/innkeeper/bpf";

    /// <summary>Maximum number of bindings.</summary>
    public int Bindings { get; init; } = 16384;

    /// <summary>Maximum number of mappings of shared addresses.</summary>
    public int Mappings { get; init; } = 131_072;
}
