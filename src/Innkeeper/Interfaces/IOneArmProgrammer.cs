using Innkeeper.Wire;

namespace Innkeeper.Interfaces;

/// <summary>Tells the data plane what the control plane found out about the LAN.</summary>
internal interface IOneArmProgrammer
{
    /// <summary>Sets the station that is the main router.</summary>
    void SetRouter(MacAddress mac);

    /// <summary>One arm: sets whether another gateway serves the LAN. Two arms: sets whether both are in one LAN, so that no ARP is answered.</summary>
    void SetPassive(bool isPassive);
}
