using Innkeeper.Wire;

namespace Innkeeper.Interfaces;

/// <summary>One arm: tells the data plane what the control plane found out about the LAN.</summary>
internal interface IOneArmProgrammer
{
    /// <summary>Sets the station that is the LAN's router.</summary>
    void SetRouter(MacAddress mac);

    /// <summary>Sets whether another gateway serves the LAN.</summary>
    void SetPassive(bool isPassive);
}
