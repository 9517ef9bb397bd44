using Innkeeper.Wire;

namespace Innkeeper.Interfaces;

/// <summary>One arm: what the data plane must know of the LAN.</summary>
internal interface IOneArmSwitches
{
    /// <summary>Which station is the LAN's router.</summary>
    void SetRouter(MacAddress mac);

    /// <summary>Whether another gateway serves the LAN.</summary>
    void SetPassive(bool isPassive);
}
