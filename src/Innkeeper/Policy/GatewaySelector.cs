using Innkeeper.Configuration;

namespace Innkeeper.Policy;

/// <summary>Selects the gateway that a profile's devices use. No I/O, clock or log.</summary>
/// <param name="isDown">Whether a gateway, by its number, is down now.</param>
internal sealed class GatewaySelector(InnkeeperConfig config, Func<int, bool> isDown)
{
    /// <summary>A gateway's number: 0 is the main one.</summary>
    public int NumberOf(string gateway) => gateway == GatewayConfig.MainName ? 0 : 1 + config.Gateways.ToList().FindIndex(g => g.Name == gateway);

    /// <summary>The profile's own gateway, or its fallback.</summary>
    public int Of(ProfileConfig profile)
    {
        var own = NumberOf(profile.Gateway);
        return isDown(own) && profile.Fallback is { } fallback && NumberOf(fallback) is var other && !isDown(other) ? other : own;
    }

    /// <summary>Whether the gateway forwards nothing. A main gateway that does not answer is left to the kernel, which may know better.</summary>
    public bool IsCut(int gateway) => gateway != 0 && isDown(gateway);
}
